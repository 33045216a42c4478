// A process of its own for what a test process must not do: fork, and be the first to load a module.
import Glibc
import PKCS11Token
import SecretMemory
import TokenBed

switch CommandLine.arguments.dropFirst().first {
case "fork": exit(ForkProbe.run())
default: exit(64)
}
