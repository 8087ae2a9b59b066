import ArgumentParser
import CommandLanguage
import Diagnostics
import Workbench

/// The interactive session.
struct Interactive {
  static var isPossible: Bool { false }
  init(_ runner: SessionRunner, skipsRC: Bool) {}
  func run() throws {}
}
