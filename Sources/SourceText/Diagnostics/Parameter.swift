/// Something that whoever asks can choose, by a neutral name.
///
/// A library does not know how it is called: what the command line takes as `--vision-tokens 576` is a
/// field of a request to a service and an argument in Python. Its texts refer to the parameter, and
/// ``ParameterSpelling`` turns the reference into words where they are rendered.
public struct Parameter: Sendable, Hashable, CustomStringConvertible {
  /// The name in snake case, `vision_tokens`.
  public let name: String

  /// A parameter of this name.
  public init(_ name: String) { self.name = name }

  /// The parameter as the present caller spells it.
  public var description: String { spelled() }

  /// The parameter as the present caller spells it, set to a value where one is given.
  public func spelled(_ value: String? = nil) -> String {
    ParameterSpelling.current.text(self, value)
  }
}

/// How a caller spells parameters: the one place where their names become options, fields or arguments.
///
/// It is bound around the rendering, as a language would be:
///
/// ```swift
/// ParameterSpelling.$current.withValue(.fields) { diagnostic.rendered() }
/// ```
public struct ParameterSpelling: Sendable {
  /// The text of a parameter, set to a value where one is given.
  public let text: @Sendable (_ parameter: Parameter, _ value: String?) -> String

  /// A spelling by a function.
  public init(_ text: @escaping @Sendable (_ parameter: Parameter, _ value: String?) -> String) {
    self.text = text
  }

  /// `law`, and `law: profile`.
  public static let neutral = ParameterSpelling { parameter, value in
    value.map { "\(parameter.name): \($0)" } ?? parameter.name
  }

  /// The spelling of the present caller, neutral where none is bound.
  @TaskLocal public static var current = neutral
}
