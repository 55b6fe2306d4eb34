import BudgetSearch
import SourceText

extension Policy {
  /// What a command's flags say in place of a policy's keys.
  public struct Overrides: Sendable, Equatable {
    /// In place of `limits.keep`.
    public var keptShare: Double?
    /// In place of `search.beyond`.
    public var beyond: Double?

    /// Nothing: the policy as it stands.
    public static let none = Self(keptShare: nil, beyond: nil)

    private init(keptShare: Double?, beyond: Double?) {
      self.keptShare = keptShare
      self.beyond = beyond
    }

    /// Reads the values of flags, written as in a document.
    ///
    /// - Parameters:
    ///   - keep: The least share of the best score, as `95%`.
    ///   - beyond: How far beyond the measurements, as `4x`.
    /// - Throws: ``SourceText/InvalidDocument`` that points into a value.
    public init(keep: String? = nil, beyond: String? = nil) throws(InvalidDocument) {
      keptShare = try Self.value(of: .keep, keep, Policy.decodeKeptShare)
      self.beyond = try Self.value(of: .beyond, beyond, Policy.decodeFactor)
    }

    private static func value<Value>(
      of parameter: Parameter, _ text: String?, _ decode: (Field) -> Value?
    ) throws(InvalidDocument) -> Value? {
      guard let text else { return nil }
      let source = SourceFile(
        name: parameter.description, text: "\(parameter.name): \(text)")
      let sink = DiagnosticSink(source)
      guard let root = Field.document(source, sink: sink), var reader = root.mapping(),
        let field = reader.required(parameter.name), let value = decode(field)
      else { throw sink.failure }
      reader.finish()
      guard !sink.hasErrors else { throw sink.failure }
      return value
    }
  }

  /// The policy with what flags say.
  public func with(_ overrides: Overrides) -> Policy {
    var copy = self
    copy.keptShare = overrides.keptShare ?? keptShare
    copy.beyond = overrides.beyond ?? beyond
    return copy
  }
}
