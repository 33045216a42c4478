// A process of its own for what a test process must not do: fork, and be the first to load a module.
import Glibc

switch CommandLine.arguments.dropFirst().first {
case "fork": exit(ForkProbe.run())
default: exit(64)
}
