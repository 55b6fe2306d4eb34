import ComputeCosts
import SourceText

/// A form of mixing as documents spell it: its word, its sizes in the order that people write them, and the two ways
/// between those and the form. A new form is one row.
struct MixerForm: Sendable {
  /// The word after `form`.
  let word: String
  /// Reads the sizes; `nil` after reporting what is wrong.
  let decode: @Sendable (inout MappingReader, Field) -> Mixer?
  /// The sizes of a mixer; `nil` where it is of another form.
  let entries: @Sendable (Mixer) -> [(key: String, value: String)]?

  /// Every form that documents know.
  static let all: [MixerForm] = [
    MixerForm(
      word: "attention",
      decode: { reader, field in
        let heads = reader.size("heads")
        let kvHeads = reader.size("kv_heads")
        let headDim = reader.size("head_dim")
        let gate = reader.optional("output_gate")?.bool()
        let window = reader.optional("window")?.integer(in: 1...largestSize)
        let keysAreValues = reader.optional("keys_are_values")?.bool()
        let sharedCache = reader.optional("shared_cache")?.bool()
        guard let heads, let kvHeads, let headDim else { return nil }
        guard heads.isMultiple(of: kvHeads) else {
          field.report(
            .headsNotDividing, "\(kvHeads) kv_heads do not divide \(heads) heads evenly")
          return nil
        }
        return .attention(
          AttentionHeads(
            heads: heads, kvHeads: kvHeads, headDim: headDim, outputGate: gate ?? false,
            window: window, keysAreValues: keysAreValues ?? false,
            sharedCache: sharedCache ?? false))
      },
      entries: { mixer in
        guard case .attention(let heads) = mixer else { return nil }
        return [
          ("heads", "\(heads.heads)"), ("kv_heads", "\(heads.kvHeads)"),
          ("head_dim", "\(heads.headDim)"), ("output_gate", "\(heads.outputGate)"),
        ] + (heads.window.map { [("window", "\($0)")] } ?? [])
          + (heads.keysAreValues ? [("keys_are_values", "true")] : [])
          + (heads.sharedCache ? [("shared_cache", "true")] : [])
      }),
    MixerForm(
      word: "gated-delta",
      decode: { reader, field in
        let keyHeads = reader.size("key_heads")
        let valueHeads = reader.size("value_heads")
        let keyDim = reader.size("key_dim")
        let valueDim = reader.size("value_dim")
        let kernel = reader.size("kernel")
        guard let keyHeads, let valueHeads, let keyDim, let valueDim, let kernel else { return nil }
        guard valueHeads.isMultiple(of: keyHeads) else {
          field.report(
            .headsNotDividing,
            "\(keyHeads) key_heads do not divide \(valueHeads) value_heads evenly")
          return nil
        }
        return .gatedDelta(
          GatedDelta(
            keyHeads: keyHeads, valueHeads: valueHeads, keyDim: keyDim, valueDim: valueDim,
            kernel: kernel))
      },
      entries: { mixer in
        guard case .gatedDelta(let rule) = mixer else { return nil }
        return [
          ("key_heads", "\(rule.keyHeads)"), ("value_heads", "\(rule.valueHeads)"),
          ("key_dim", "\(rule.keyDim)"), ("value_dim", "\(rule.valueDim)"),
          ("kernel", "\(rule.kernel)"),
        ]
      }),
    MixerForm(
      word: "latent-attention",
      decode: { reader, _ in
        let heads = reader.size("heads")
        let queryRank = reader.optional("query_rank")?.integer(in: 1...largestSize)
        let rank = reader.size("kv_rank")
        let plain = reader.size("plain_dim")
        let rotary = reader.size("rotary_dim")
        let value = reader.size("value_dim")
        guard let heads, let rank, let plain, let rotary, let value else { return nil }
        return .latentAttention(
          LatentAttention(
            heads: heads, queryRank: queryRank, keyValueRank: rank, plainDim: plain,
            rotaryDim: rotary, valueDim: value))
      },
      entries: { mixer in
        guard case .latentAttention(let attention) = mixer else { return nil }
        return [("heads", "\(attention.heads)")]
          + (attention.queryRank.map { [("query_rank", "\($0)")] } ?? []) + [
            ("kv_rank", "\(attention.keyValueRank)"), ("plain_dim", "\(attention.plainDim)"),
            ("rotary_dim", "\(attention.rotaryDim)"), ("value_dim", "\(attention.valueDim)"),
          ]
      }),
  ]
}

extension MixerLayers {
  /// Reads an item of `mixers`: `{ form, layers, … }`.
  static func decode(_ field: Field) -> MixerLayers? {
    guard var reader = field.mapping() else { return nil }
    let word = reader.required("form")?.word(among: MixerForm.all.map(\.word))
    let layers = reader.size("layers")
    // Without a form nothing says which keys are right.
    guard let form = MixerForm.all.first(where: { $0.word == word }) else {
      reader.reportMissing()
      return nil
    }
    let mixer = form.decode(&reader, field)
    reader.finish()
    guard let layers, let mixer else { return nil }
    return MixerLayers(layers: layers, mixer: mixer)
  }

  /// What an item of `mixers` holds, in order.
  var entries: [(key: String, value: String)] {
    for form in MixerForm.all {
      guard let sizes = form.entries(mixer) else { continue }
      return [("form", form.word), ("layers", "\(layers)")] + sizes
    }
    preconditionFailure("a form of mixing that documents do not know")
  }
}
