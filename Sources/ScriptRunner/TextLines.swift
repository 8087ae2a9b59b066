extension String {
  /// The lines of a file, of either kind of line end; the last is what stands after the last end.
  var fileLines: [String] {
    // Swift takes a carriage return and a line feed for one character.
    split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
  }

  /// How its lines end.
  var lineEnd: String { contains("\r\n") ? "\r\n" : "\n" }
}
