/// What to do about a problem: text that may refer to parameters.
///
/// ```swift
/// let suggestion: Suggestion = "take another law with \(parameter: .law, "FORM")"
/// ```
///
/// The references are kept, so that one diagnostic reads rightly for every caller: as
/// `law: FORM` by default, as `--law FORM` at the command line.
public struct Suggestion: Sendable, Hashable, CustomStringConvertible,
  ExpressibleByStringInterpolation
{
  /// A stretch of a suggestion.
  public enum Part: Sendable, Hashable {
    /// Words that are the same for every caller.
    case text(String)
    /// A parameter, set to a value where one is given.
    case parameter(Parameter, value: String?)
  }

  /// The stretches in order: none is empty, and no two texts are neighbours.
  public private(set) var parts: [Part] = []

  /// A suggestion that refers to no parameter.
  public init(_ text: String) { append(.text(text)) }

  public init(stringLiteral text: String) { self.init(text) }

  public init(stringInterpolation: StringInterpolation) { self = stringInterpolation.suggestion }

  /// The parameters that it refers to, in order.
  public var parameters: [Parameter] {
    parts.compactMap { if case .parameter(let parameter, _) = $0 { parameter } else { nil } }
  }

  /// The text as a caller spells parameters.
  public func text(_ spelling: ParameterSpelling) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .parameter(let parameter, let value): spelling.text(parameter, value)
      }
    }.joined()
  }

  /// The text as the present caller spells parameters.
  public var description: String { text(.current) }

  /// One behind the other.
  public static func + (left: Suggestion, right: Suggestion) -> Suggestion {
    var result = left
    for part in right.parts { result.append(part) }
    return result
  }

  /// The suggestion with what a terminal or a log would act on escaped.
  func escapingControls() -> Suggestion {
    var result = Suggestion("")
    for part in parts {
      switch part {
      case .text(let text): result.append(.text(escaped(text)))
      case .parameter(let parameter, let value):
        result.append(.parameter(parameter, value: value.map { escaped($0) }))
      }
    }
    return result
  }

  private mutating func append(_ part: Part) {
    guard case .text(let text) = part else { return parts.append(part) }
    if text.isEmpty { return }
    if case .text(let before)? = parts.last {
      parts[parts.count - 1] = .text(before + text)
    } else {
      parts.append(part)
    }
  }

  /// What a suggestion is written with.
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var suggestion = Suggestion("")

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ literal: String) { suggestion.append(.text(literal)) }

    /// Refers to a parameter, set to a value where one is given.
    public mutating func appendInterpolation(parameter: Parameter, _ value: String? = nil) {
      suggestion.append(.parameter(parameter, value: value))
    }

    /// Takes in another suggestion with its references.
    public mutating func appendInterpolation(_ other: Suggestion) {
      suggestion = suggestion + other
    }

    public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      suggestion.append(.text(value.description))
    }
  }
}
