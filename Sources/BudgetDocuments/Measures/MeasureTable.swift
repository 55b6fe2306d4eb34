import BudgetSearch
import ComputeCosts

extension MeasureRow {
  /// All measures, in the order in which reports list them: a new one is a row here.
  static let all = [
    MeasureRow(Measure.flops.key, "the count of FLOPs", .flop, amount: nil),
    MeasureRow("latency", "latency", .seconds, needs: .accelerator) { $0.times(at: $1).total },
    MeasureRow("time_to_first_token", "time to the first token", .seconds, needs: .accelerator) {
      $0.times(at: $1).timeToFirstToken
    },
    MeasureRow(
      "time_per_output_token", "time per output token", .seconds,
      needs: .accelerator, .furtherTokens
    ) { $0.times(at: $1).timePerOutputToken ?? 0 },
    MeasureRow("memory", "memory", .bytes) { Double(nearest: $0.serving.memory(at: $1)) },
    MeasureRow("kv_cache", "the KV cache", .bytes) { Double(nearest: $0.serving.cache(at: $1)) },
    MeasureRow("context", "prompt and output", .tokens) {
      Double(nearest: $0.serving.positions(at: $1))
    },
    MeasureRow("encoder_cache", "the encoder cache", .tokens) {
      Double(nearest: $0.serving.imageEmbeddings(at: $1))
    },
    MeasureRow("price", "the price", .money, needs: .prices) { $0.price(at: $1) ?? 0 },
    MeasureRow("energy", "energy", .joules, needs: .accelerator, .power) {
      $0.times(at: $1).total * ($0.watts ?? 0) * Double($0.devices)
    },
  ]
}

extension Measure {
  /// Seconds of a batch: encoder, prompt and all decode steps.
  public static let latency = listed("latency")
  /// Seconds until the first token.
  public static let timeToFirstToken = listed("time_to_first_token")
  /// Seconds for each further token, on average.
  public static let timePerOutputToken = listed("time_per_output_token")
  /// Bytes of weights and caches.
  public static let memory = listed("memory")
  /// Bytes of the key/value caches of all requests of the batch at their last token.
  public static let kvCache = listed("kv_cache")
  /// Positions of a request: text, vision tokens where they stand in it, and output.
  public static let context = listed("context")
  /// Money for a batch, in the user's currency.
  public static let price = listed("price")
  /// Joules of a batch, at the full power of all devices.
  public static let energy = listed("energy")
}
