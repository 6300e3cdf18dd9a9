// An AssemblyScript program: a sieve in a typed array, and words counted in a Map, with the garbage collector of its
// runtime. It writes through WASI alone.
@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(descriptor: i32, buffers: usize, count: i32, written: usize): i32;

@external("wasi_snapshot_preview1", "proc_exit")
declare function proc_exit(code: i32): void;

/** What the compiler calls where a check fails. */
export function stop(message: usize, file: usize, line: u32, column: u32): void {
  proc_exit(70);
}

const cell = memory.data(16);

function print(line: string): void {
  const text = String.UTF8.encode(line + "\n");
  store<usize>(cell, changetype<usize>(text));
  store<i32>(cell, text.byteLength, 4);
  fd_write(1, cell, 1, cell + 8);
}

function primes(below: i32): i32 {
  const composite = new Uint8Array(below);
  let count = 0;
  for (let i = 2; i < below; i++) {
    if (composite[i] != 0) continue;
    count++;
    for (let j = <i64>i * i; j < below; j += i) composite[<i32>j] = 1;
  }
  return count;
}

function words(count: i32): Map<string, i32> {
  const seen = new Map<string, i32>();
  let state: u32 = 1;
  for (let i = 0; i < count; i++) {
    state = state * 1664525 + 1013904223;
    const word = "word" + (state >> 22).toString();
    seen.set(word, seen.has(word) ? seen.get(word) + 1 : 1);
  }
  return seen;
}

class Shape {
  area(): f64 {
    return 0;
  }
}

class Circle extends Shape {
  constructor(private radius: f64) {
    super();
  }

  area(): f64 {
    return Math.PI * this.radius * this.radius;
  }
}

class Square extends Shape {
  constructor(private side: f64) {
    super();
  }

  area(): f64 {
    return this.side * this.side;
  }
}

function area(count: i32): f64 {
  let sum = 0.0;
  for (let i = 0; i < count; i++) {
    const shape: Shape = i % 2 == 0 ? new Circle(i) : new Square(i);
    sum += shape.area();
  }
  return sum;
}

export function _start(): void {
  print("primes below 2000000: " + primes(2_000_000).toString());
  const seen = words(100_000);
  const all = seen.keys().sort();
  print("words: " + all.length.toString() + ", " + all[0] + " " + seen.get(all[0]).toString());
  print("area: " + area(50_000).toString());
}
