// A process of its own for what a test process must not do: fork, and be the first to load a module;
// and for the benchmark.
import Glibc

let arguments = Array(CommandLine.arguments.dropFirst(2))
switch CommandLine.arguments.dropFirst().first {
case "fork": exit(ForkProbe.run())
case "wraps": exit(WrapProbe.wraps(arguments))
case "asks": exit(WrapProbe.asks(arguments))
case "round": exit(WrapProbe.round(arguments))
default: exit(64)
}
