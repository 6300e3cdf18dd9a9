// What the times of QuickJS are of: calls, sorting, properties by computed names, strings, a regular expression.
function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

function work() {
  const numbers = [];
  for (let i = 0; i < 400; i++) {
    numbers.push(i * 7919 % 1009);
  }
  numbers.sort((a, b) => a - b);
  const sums = {};
  for (let i = 0; i < 400; i++) {
    const key = 'k' + i % 50;
    sums[key] = (sums[key] || 0) + numbers[i];
  }
  let text = '';
  for (let i = 0; i < 200; i++) {
    text += String.fromCharCode(97 + i % 26);
  }
  return fib(13) + numbers[17] + sums.k3 + text.match(/k[a-z]+q/g).length;
}

function repeat(times) {
  for (let i = 0; i < times; i++) {
    if (work() !== 3889) {
      throw new Error('work() is wrong');
    }
  }
}
