public import Diagnostics

/// What `changes [ADDRESS…]` was asked to do.
public struct ChangesCommand: Sendable {
  /// What is asked about, no address being all, and which records are wanted.
  public var query: QueryCommand
  /// Only changes with a higher number.
  public var since: Int
}

/// What `snapshot [NAME]` was asked to do.
public struct SnapshotCommand: Sendable {
  /// What happens to the name.
  public enum Action: Sendable {
    case name, restore, delete
  }

  /// The name; nil lists the names.
  public var name: ExpandedWord?
  /// What happens to it.
  public var action: Action
}

/// What `diff FROM [TO]` was asked to do.
public struct DiffCommand: Sendable {
  /// The earlier state.
  public var from: ExpandedWord
  /// The later state; nil is the present one.
  public var to: ExpandedWord?
}

/// What `export delta --since N [FILE]` was asked to do.
public struct ExportDeltaCommand: Sendable {
  /// The change the receiver has reached; 0 begins with nothing.
  public var since: Int
  /// The file; nil writes to standard output.
  public var file: ExpandedWord?
  /// The address's place.
  public var span: SourceSpan
}
