public import Diagnostics

/// What `changes [ADDRESS…]` was asked to do.
public struct ChangesCommand: Sendable {
  /// Only changes of these; empty is all.
  public var addresses: [Address]
  /// Only changes with a higher number.
  public var since: Int
  /// How many records are wanted.
  public var limit: RowLimit
  /// The addresses' place.
  public var span: SourceSpan
}
