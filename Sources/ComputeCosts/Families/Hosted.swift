/// Models behind an interface: their token rules as far as the vendor's text, or several copies of
/// it that agree, could be read. `docs/hosted-token-rules.md` says how sure each is. What they
/// compute is not published, and prices are the user's.
extension ModelFamily {
  /// OpenAI's tile models; other models of the kind have other counts, which `base_tokens` and
  /// `tile_tokens` take.
  package static let gpt4o = ModelFamily(
    name: "gpt-4o", aliases: ["gpt-4.1", "gpt-4.5"], modelTypes: [], processors: [],
    settings: [
      .number("base_tokens", upTo: ProcessorLimits.tokens, or: .value(.count(85))),
      .number("tile_tokens", upTo: ProcessorLimits.tokens, or: .value(.count(170))),
      Setting("low_detail", .flag, or: .value(.flag(false))),
    ],
    rule: { values in
      .success(
        HostedTileTokens(
          base: values.count("base_tokens"), perTile: values.count("tile_tokens"),
          isLowDetail: values.flag("low_detail")))
    })

  /// Claude, the standard tier.
  static let claude = hostedPatches(name: "claude", longestEdge: 1568, maxTokens: 1568)

  /// Claude 4.7 and later, the high-resolution tier.
  static let claudeHighResolution = hostedPatches(
    name: "claude-high-resolution", aliases: ["claude-4.7"], longestEdge: 2576, maxTokens: 4784)

  private static func hostedPatches(
    name: String, aliases: [String] = [], longestEdge: Int, maxTokens: Int
  ) -> ModelFamily {
    ModelFamily(
      name: name, aliases: aliases, modelTypes: [], processors: [],
      settings: [
        Setting(
          "longest_edge", .count(28...ProcessorLimits.side), or: .value(.count(longestEdge))),
        .number("max_tokens", upTo: ProcessorLimits.tokens, or: .value(.count(maxTokens))),
      ],
      rule: { values in
        .success(
          HostedPatchTokens(
            longestEdge: values.count("longest_edge"), maxTokens: values.count("max_tokens")))
      })
  }
}
