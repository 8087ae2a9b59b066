import MarketModel

/// A name with `*` and `?`, of which quoted ones stand for themselves.
public struct GlobPattern: Sendable, Hashable {
  /// A piece of a pattern.
  enum Piece: Sendable, Hashable {
    case literal(Character)
    case one
    case many
  }

  let pieces: [Piece]

  /// Creates a pattern that matches one text only.
  public init(literal text: String) { pieces = text.map(Piece.literal) }

  init(pieces: [Piece]) { self.pieces = pieces }

  /// The text, when nothing in it is a wildcard.
  public var literal: String? {
    var text = ""
    for piece in pieces {
      guard case .literal(let character) = piece else { return nil }
      text.append(character)
    }
    return text
  }

  /// Whether the whole text fits.
  ///
  /// - Complexity: O(text × pattern) at worst, without recursion.
  public func matches(_ text: String) -> Bool {
    let characters = Array(text)
    var (position, index) = (0, 0)
    var retry: (position: Int, index: Int)?
    while position < characters.count {
      if index < pieces.count, fits(pieces[index], characters[position]) {
        position += 1
        index += 1
      } else if index < pieces.count, pieces[index] == .many {
        retry = (position, index)
        index += 1
      } else if let last = retry {
        retry = (last.position + 1, last.index)
        position = last.position + 1
        index = last.index + 1
      } else {
        return false
      }
    }
    return pieces[index...].allSatisfy { $0 == .many }
  }

  private func fits(_ piece: Piece, _ character: Character) -> Bool {
    switch piece {
    case .literal(let wanted): wanted == character
    case .one: true
    case .many: false
    }
  }
}

extension GlobPattern: CustomStringConvertible {
  /// The pattern as it would be typed, quoted where its letters would mean something.
  public var description: String {
    var text = ""
    var needsQuotes = false
    var isWild = false
    for piece in pieces {
      switch piece {
      case .literal(let character):
        if AddressText.special.contains(character) { needsQuotes = true }
        text.append(character)
      case .one:
        isWild = true
        text.append("?")
      case .many:
        isWild = true
        text.append("*")
      }
    }
    guard needsQuotes || text.isEmpty else { return text }
    return isWild ? escaped() : AddressText.quoted(text)
  }

  private func escaped() -> String {
    var text = ""
    for piece in pieces {
      switch piece {
      case .literal(let character):
        if AddressText.special.contains(character) { text += "\\" }
        text.append(character)
      case .one: text += "?"
      case .many: text += "*"
      }
    }
    return text
  }
}
