# What the times of Ruby are of: calls, sorting, a hash by computed names, strings, a regular expression.
def fib(n)
  n < 2 ? n : fib(n - 1) + fib(n - 2)
end

def work
  numbers = (0...400).map { |i| i * 7919 % 1009 }.sort
  sums = Hash.new(0)
  numbers.each_with_index { |number, i| sums["k#{i % 50}"] += number }
  text = +''
  200.times { |i| text << (97 + i % 26).chr }
  fib(13) + numbers[17] + sums['k3'] + text.scan(/k[a-z]+?q/).size
end

def repeat(times)
  times.times { raise 'work is wrong' unless work == 3896 }
end
