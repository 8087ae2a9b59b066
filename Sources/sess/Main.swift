import ArgumentParser
import Diagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Starts the program: flags, subcommands, exit codes.
@main enum Main {
  static func main() {
    Terminal.noticeClosedPipes()
    let code = run(Array(CommandLine.arguments.dropFirst()))
    if Terminal.isClosed { Terminal.endOfClosedPipe() }
    if let failure = Terminal.outputFailure {
      Terminal.printError(failure)
      exit(max(code, ExitStatus.failed))
    }
    exit(code)
  }

  private static func run(_ arguments: [String]) -> Int32 {
    do {
      var command = try Sess.parseAsRoot(arguments)
      try command.run()
      return 0
    } catch let error as ExitCode {
      return error.rawValue
    } catch let error as SessError {
      Terminal.printError(error)
      return ExitStatus.of(error)
    } catch {
      let code = Sess.exitCode(for: error)
      let text = Sess.fullMessage(for: error)
      if code == .success {
        Terminal.write(text + "\n", to: 1)
        return 0
      }
      Terminal.write(text + "\n", to: 2)
      return 2
    }
  }
}
