import CEdit

/// What a line read from the terminal is.
public enum LineInput: Sendable, Equatable {
  case line(String)
  /// Ctrl-C.
  case interrupted
  /// Ctrl-D on an empty line, or the terminal is gone.
  case endOfInput
}

/// Reads lines from a terminal with editing, history, completion and hints.
///
/// It belongs to one thread; only `post` may be called from others. libedit asks back through C functions,
/// which find the editor by a pointer that lives as long as it does.
public final class LineEditor {
  /// What the editor asks its owner.
  public struct Callbacks {
    /// The candidates for the word before a byte of the line.
    public var complete: (_ text: String, _ cursor: Int) -> CompletionResult
    /// Whether Enter should go on in a new line.
    public var isIncomplete: (_ text: String) -> Bool

    /// Creates the callbacks.
    public init(
      complete: @escaping (String, Int) -> CompletionResult,
      isIncomplete: @escaping (String) -> Bool
    ) {
      self.complete = complete
      self.isIncomplete = isIncomplete
    }
  }

  /// Whether standard input and output are a terminal that can move its cursor.
  public static var isUsable: Bool { cedit_usable() }

  /// The lines typed so far, oldest first.
  public private(set) var typedLines: [String]
  private let callbacks: Callbacks
  private let history: HistoryFile?
  private var handle: OpaquePointer?
  private let notices = NoticeQueue()
  private var recall: (prefix: String, index: Int, shown: String)?
  private var hasWarned = false

  /// Opens the terminal.
  ///
  /// - Parameters:
  ///   - program: the name under which an editrc file addresses this program.
  ///   - history: where typed lines are kept; nil keeps none.
  ///   - rcPath: an editrc file to read; nil reads none.
  ///   - callbacks: what the editor asks its owner.
  public init(program: String, history: HistoryFile?, rcPath: String?, callbacks: Callbacks) {
    self.callbacks = callbacks
    self.history = history
    typedLines = history?.load() ?? []
    let context = Unmanaged.passUnretained(self).toOpaque()
    handle = cedit_open(program, rcPath, LineEditor.functions(context))
    guard let handle else { return }
    for line in typedLines { cedit_remember(handle, line) }
  }

  deinit { if let handle { cedit_close(handle) } }

  /// Reads one line, or several when the first is incomplete.
  public func read(prompt: String, styled: Bool) -> LineInput {
    guard let handle else { return .endOfInput }
    recall = nil
    var text: UnsafePointer<CChar>?
    var length = 0
    switch cedit_read(handle, prompt, styled, &text, &length) {
    case CEDIT_LINE: return .line(LineEditor.string(text, length))
    case CEDIT_INTERRUPTED: return .interrupted
    default: return .endOfInput
    }
  }

  /// Remembers a line; a warning when it cannot be kept, once.
  public func remember(_ line: String) -> String? {
    guard line.contains(where: { !$0.isWhitespace }) else { return nil }
    if typedLines.last != line {
      typedLines.append(line)
      if let handle { cedit_remember(handle, line) }
    }
    guard let warning = history?.append(line), !hasWarned else { return nil }
    hasWarned = true
    return warning
  }

  /// Shows a text above the prompt, from any thread.
  public var post: @Sendable (String) -> Void {
    let queue = notices
    return { text in
      queue.add(text)
      cedit_wake()
    }
  }

  // MARK: what libedit asks

  private func complete(_ text: String, _ cursor: Int) -> Bool {
    guard let handle else { return false }
    let result = callbacks.complete(text, cursor)
    guard let first = result.candidates.first else { return false }
    let range = result.replacing
    if result.candidates.count == 1 {
      let blank = first.appendsBlank ? " " : ""
      cedit_replace(handle, range.lowerBound, range.upperBound, first.text + blank)
      return true
    }
    let common = CompletionList.commonPrefix(result.candidates)
    if common.utf8.count > range.count {
      cedit_replace(handle, range.lowerBound, range.upperBound, common)
      return true
    }
    let columns = Int(cedit_window_columns())
    let lines = CompletionList.lines(result.candidates, columns: columns)
    cedit_print_above(handle, lines.joined(separator: "\n"))
    return true
  }

  /// The next older or newer line that begins with what was typed.
  private func recall(_ text: String, older: Bool) -> Bool {
    guard let handle else { return false }
    if recall?.shown != text { recall = (text, typedLines.count, text) }
    guard let current = recall else { return false }
    var index = current.index
    while true {
      index += older ? -1 : 1
      guard index >= 0 else { return false }
      guard index < typedLines.count else {
        recall = (current.prefix, typedLines.count, current.prefix)
        cedit_replace(handle, 0, text.utf8.count, current.prefix)
        return text != current.prefix
      }
      let line = typedLines[index]
      guard line.hasPrefix(current.prefix), line != text else { continue }
      recall = (current.prefix, index, line)
      cedit_replace(handle, 0, text.utf8.count, line)
      return true
    }
  }

  private func offerHint(_ text: String) {
    guard let handle, !text.isEmpty, !text.contains("\n") else { return }
    guard let line = typedLines.last(where: { $0.hasPrefix(text) && $0.count > text.count }) else {
      return
    }
    cedit_offer_hint(handle, String(line.dropFirst(text.count)))
  }

  private func showNotices() {
    guard let handle else { return }
    let text = notices.take()
    if !text.isEmpty { cedit_print_above(handle, text) }
  }

  private static func string(_ text: UnsafePointer<CChar>?, _ length: Int) -> String {
    guard let text else { return "" }
    let bytes = UnsafeRawBufferPointer(start: text, count: length)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func editor(_ context: UnsafeMutableRawPointer) -> LineEditor {
    Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue()
  }

  /// The C functions, which carry no state but the pointer to the editor.
  private static func functions(_ context: UnsafeMutableRawPointer) -> cedit_callbacks {
    cedit_callbacks(
      context: context,
      complete: { context, text, length, cursor in
        LineEditor.editor(context).complete(LineEditor.string(text, length), cursor)
      },
      recall: { context, text, length, _, older in
        LineEditor.editor(context).recall(LineEditor.string(text, length), older: older)
      },
      incomplete: { context, text, length in
        LineEditor.editor(context).callbacks.isIncomplete(LineEditor.string(text, length))
      },
      hint: { context, text, length in
        LineEditor.editor(context).offerHint(LineEditor.string(text, length))
      },
      notices: { context in LineEditor.editor(context).showNotices() })
  }
}
