// Conway's Game of Life on a torus. The page holds the first generation as text, '.' for dead and 'O' for alive,
// and the number of generations to come; each is a task of its own, and the page shows it.
import {
  attribute, document, log, query, set_attribute, set_text, set_text_utf8, set_timeout, text,
} from "../lib/skerry";

const ALIVE: u8 = 0x4f;
const DEAD: u8 = 0x2e;
const NEWLINE: u8 = 0x0a;

const page: externref = document();
const world: externref = query(page, "#world");
const status: externref = query(page, "#status");
const generations = i32.parse(attribute(world, "data-generations"));

// Rows of equal length, each ended by a newline, as in the page.
let now = new Uint8Array(text(world, 0, 0));
let next = new Uint8Array(now.length);
text(world, now.dataStart, now.length);
const width = now.indexOf(NEWLINE);
const height = now.length / (width + 1);
next.set(now);

let generation = 0;
set_timeout(step, 0, 0);

function at(x: i32, y: i32): i32 {
  return y * (width + 1) + x;
}

function neighbours(x: i32, y: i32): i32 {
  const left = (x + width - 1) % width;
  const right = (x + 1) % width;
  const above = (y + height - 1) % height;
  const below = (y + 1) % height;
  return alive(left, above) + alive(x, above) + alive(right, above)
      + alive(left, y) + alive(right, y)
      + alive(left, below) + alive(x, below) + alive(right, below);
}

function alive(x: i32, y: i32): i32 {
  return i32(unchecked(now[at(x, y)]) == ALIVE);
}

export function step(_data: i32): void {
  let population = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const n = neighbours(x, y);
      const lives = n == 3 || (n == 2 && alive(x, y) == 1);
      population += i32(lives);
      unchecked(next[at(x, y)] = lives ? ALIVE : DEAD);
    }
  }
  const shown = next;
  next = now;
  now = shown;
  generation++;
  show(population);
  if (generation < generations) {
    set_timeout(step, 0, 0);
  }
}

function show(population: i32): void {
  set_text_utf8(world, now.dataStart, now.length);
  set_attribute(world, "data-generation", generation.toString());
  set_attribute(world, "data-population", population.toString());
  const line = "generation " + generation.toString() + ", population " + population.toString();
  set_text(status, line);
  if (generation == generations) {
    log(line);
  }
}
