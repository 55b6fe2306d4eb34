/// A scalar as written, with the type that the YAML 1.2 core schema gives it.
///
/// - Source: YAML 1.2.2, section 10.3.2 (tag resolution of the core schema).
package struct YAMLScalar: Sendable, Equatable {
  /// How the scalar was written.
  package enum Style: Sendable {
    case plain, singleQuoted, doubleQuoted, literal, folded
  }

  /// What the scalar is under the core schema.
  package enum Kind: Sendable, Equatable {
    case null
    case bool(Bool)
    /// An integer or float. Its digits are in ``YAMLScalar/decimal``.
    case number
    /// Infinity or not-a-number.
    case nonFinite
    case string
  }

  /// The scalar's text after unquoting and unfolding.
  package let text: String

  /// How it was written.
  package let style: Style

  /// What it is.
  package let kind: Kind

  /// A scalar without an explicit tag: plain ones are typed, all others are strings.
  package init(text: String, style: Style) {
    self.text = text
    self.style = style
    kind = style == .plain ? Self.coreKind(of: text) : .string
  }

  /// A scalar under an explicit tag; `nil` when the text is not of that type or the tag is none of
  /// the core schema's.
  init?(text: String, style: Style, tag: String) {
    self.text = text
    self.style = style
    let core = Self.coreKind(of: text)
    switch (tag, core) {
    case ("tag:yaml.org,2002:str", _), ("!", _): kind = .string
    case ("tag:yaml.org,2002:null", .null), ("tag:yaml.org,2002:bool", .bool),
      ("tag:yaml.org,2002:float", .number), ("tag:yaml.org,2002:float", .nonFinite):
      kind = core
    case ("tag:yaml.org,2002:int", .number):
      guard text.utf8.allSatisfy({ $0 != 0x2E && $0 != 0x65 && $0 != 0x45 }) || text.contains("x")
      else { return nil }
      kind = core
    default: return nil
    }
  }

  /// The number's exact value; `nil` when the scalar is no finite number.
  package var decimal: ExactDecimal? {
    guard kind == .number else { return nil }
    return ExactDecimal(text)
  }

  /// The scalar in words, for messages.
  var summary: String {
    switch kind {
    case .null: "nothing"
    case .bool: text
    case .number, .nonFinite: text.count <= 60 ? text : quoted(text)
    case .string: text.isEmpty ? "empty text" : "text \(quoted(text))"
    }
  }

  private static func coreKind(of text: String) -> Kind {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".nan", ".NaN", ".NAN": return .nonFinite
    default: break
    }
    var unsigned = Substring(text)
    if let sign = unsigned.first, sign == "-" || sign == "+" { unsigned.removeFirst() }
    if unsigned == ".inf" || unsigned == ".Inf" || unsigned == ".INF" { return .nonFinite }
    return ExactDecimal(text) == nil ? .string : .number
  }
}
