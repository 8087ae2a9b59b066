/// What `indicator ACTION …` was asked to do.
public struct IndicatorCommand: Sendable {
  /// What to do with studies.
  public enum Action: String, Sendable, CaseIterable {
    case add, list, show, remove
  }

  /// What to do.
  public var action: Action
  /// The study's name, or the key to show or remove.
  public var name: ExpandedWord?
  /// `PARAMETER=VALUE`, or values in the order of the parameters.
  public var arguments: [ExpandedWord] = []
  /// `carry` or `reset`.
  public var onGap: String?
  /// `session` or `continuous`; nil leaves it to the study.
  public var anchor: String?
  /// True when the studies there are, not the configured ones, are to be listed.
  public var listsStudies = false
  /// The symbols and intervals, limits and filters.
  public var query: QueryCommand
}
