import BudgetReports
import FuzzSupport

/// A first line `vision images text output batch devices samples options`, then a cost model and accelerators in any
/// order, a line of five `=` before each: reports hold numbers only, parts are no more than the whole, and one more
/// token costs no less.
@_cdecl("LLVMFuzzerTestOneInput")
public func cost(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = FuzzInput(start, count)
  let parts = input.parts
  guard let ask = Ask(String(decoding: parts[0], as: UTF8.self)) else { return -1 }
  judging {
    let question = try Question(Array(parts.dropFirst()))
    guard let model = question.costs.first else { return }
    let estimate = try model.estimate(ask.request, on: question.hardware.first)
    Judgement.judge(estimate.diagnostics)
    Judgement.judge(text: estimate.text, of: input.bytes)
    Judgement.judge(json: estimate.json)
    expect(estimate.visionTokens >= 0, "\(estimate.visionTokens) vision tokens")
    expect(estimate.marginalToken.map { $0 >= 0 } ?? true, "one more token is cheaper")
    if let memory = estimate.memory {
      expect(memory.weights >= 0 && memory.cache >= memory.cachePerToken, "less than no memory")
    }
    expect(estimate.price.map { $0 >= 0 && $0.isFinite } ?? true, "a price below 0")
    expect(estimate.joules.map { $0 >= 0 && $0.isFinite } ?? true, "energy below 0")
  }
  return 0
}

/// What is to be estimated, as far as the command line lets it through.
private struct Ask {
  let request: CostEstimate.Request

  /// - Returns: `nil` where the line has no eight words, or a number lies outside of what is taken.
  init?(_ line: String) {
    let words = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    let numbers = words.dropFirst().prefix(6).compactMap { Int($0) }
    guard words.count == 8, numbers.count == 6, let input = Self.vision(words[0]) else {
      return nil
    }
    let (large, few) = (1_000_000_000, 1_000_000)
    let bounds = [
      1...large, 0...large, 1...large, 1...large, 1...few, 1...(few * few),
    ]
    guard zip(bounds, numbers).allSatisfy({ $0.contains($1) }) else { return nil }
    let options = Set(words[7])
    var request = CostEstimate.Request(input)
    if !options.contains("w") {
      request.workload = Workload(
        images: numbers[0], textTokens: numbers[1], outputTokens: numbers[2], batch: numbers[3])
    }
    request.devices = numbers[4]
    request.convention = Self.convention(options)
    if options.contains("8") { (request.weights, request.cache) = (.fp8, .fp8) }
    if options.contains("p") {
      request.price = Prices(perDeviceHour: 2.5, perMillionInput: 0.1, perMillionOutput: 0.4)
    }
    if options.contains("s") { request.utilization = Utilization(mfu: 1e-3, mbu: 1e-3) }
    if options.contains("t") || options.contains("l") {
      request.training = TrainingPlan(
        encoder: options.contains("t") ? .full : .frozen, connector: .full,
        language: options.contains("l") ? .lora(rank: numbers[4]) : .full)
      request.samples = numbers[5]
    }
    self.request = request
  }

  /// `-`, `t` and a number of tokens, `c` and a number of tiles, or sizes with commas between.
  private static func vision(_ word: String) -> CostEstimate.VisionInput? {
    switch word.first {
    case "-": return .largestBudget
    case "t":
      return Int(word.dropFirst()).flatMap { (0...1_000_000_000).contains($0) ? .tokens($0) : nil }
    case "c": return Int(word.dropFirst()).flatMap { (1...100_000).contains($0) ? .tiles($0) : nil }
    default:
      let words = word.split(separator: ",").prefix(1000)
      let sizes = words.compactMap { ImageSize(String($0)) }
      return sizes.isEmpty || sizes.count < words.count ? nil : .images(sizes)
    }
  }

  /// A letter for each choice that is not the usual one.
  private static func convention(_ options: Set<Character>) -> Convention {
    var convention = Convention()
    if options.contains("m") { convention.unit = .mac }
    if options.contains("2") { convention.mlpMatrices = 2 }
    if options.contains("c") { convention.attention = .causal }
    if options.contains("a") { convention.head = .all }
    if options.contains("e") { convention.padding = .excluded }
    if options.contains("u") { convention.unusedLayers = .excluded }
    return convention
  }
}
