import SourceText

/// Something in a config that a reader should look at.
public struct ConfigFinding: Sendable {
  /// What, where and why, and what to do.
  public let diagnostic: Diagnostic
  /// What mends it, where what was meant is beyond doubt.
  public let fix: [TextEdit]?

  /// Whether it is a mistake rather than a remark.
  public var isMistake: Bool { diagnostic.severity != .note }
}

extension TrainingConfig {
  /// Everything about the budget that a reader should look at, in the order of the text.
  ///
  /// - Parameters:
  ///   - images: Images of a sample; `nil` for what the config says, or else one.
  ///   - serving: The config that the model is served with.
  /// - Complexity: O(size).
  public func findings(images: Int? = nil, serving: TrainingConfig? = nil) -> [ConfigFinding] {
    var checker = ConfigChecker(self)
    checker.checkValues()
    checker.checkForms()
    checker.checkOrder()
    checker.checkUnread()
    checker.checkContext(images: images)
    checker.checkRounding()
    if let serving { checker.compare(with: serving) }
    return checker.findings.enumerated().sorted {
      ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset)
    }.map(\.element.finding)
  }

  /// The config with everything mended that can be mended without doubt.
  ///
  /// - Returns: `nil` where there is nothing to mend.
  public func fixed(images: Int? = nil) -> SourceFile? {
    var current = self
    // A fix can move what another one is about, so each is made in a text that was read anew.
    for _ in 0..<32 {
      guard let fix = current.findings(images: images).lazy.compactMap(\.fix).first,
        let next = try? TrainingConfig(
          current.source.applying(fix), framework: framework.id, given: givenFamily),
        next.source.bytes != current.source.bytes
      else { break }
      current = next
    }
    return current.source.bytes == source.bytes ? nil : current.source
  }
}
