import BudgetDocuments
import ComputeCosts
import SourceText
import TokenBudget

extension CostEstimate {
  /// The estimate for people, without the diagnostics, which belong on another stream.
  public var text: String {
    var lines = TextReport()
    lines.line(model.title ?? model.id)
    lines.row("Request", requestText)
    lines.row("Vision", visionText)
    lines.blank()
    lines.line("Where the \(unitWord)s go")
    for row in TextReport.aligned(partRows) { lines.line(row) }
    if let verdict = encoderVerdict { lines.row("", verdict) }
    if let marginalToken {
      lines.row(
        "One more",
        "vision token in each \(video?.group ?? "image"): \(countText(marginalToken)) in the language model"
          + (memory.map { ", \(bytesText($0.cachePerToken)) of cache" } ?? ""))
    }
    if let parameters {
      lines.blank()
      lines.row("Parameters", parametersText(parameters))
    }
    if let memory {
      lines.row(
        "Memory",
        "\(bytesText(memory.total)): weights \(bytesText(memory.weights)) "
          + "(\(storage.map(\.words) ?? "")), KV cache \(bytesText(memory.cache)) "
          + "(\(request.cache.rawValue)) at the last token; activations not counted")
    }
    latencyRows(&lines)
    if let training { trainingRows(training, &lines) }
    lines.blank()
    lines.row("Counted", convention.sentence)
    lines.row("Source", sourceText)
    return lines.text
  }

  private var unitWord: String { convention.unit == .flop ? "FLOP" : "MAC" }

  private func countText(_ count: Int128) -> String {
    let text = flopsText(count)
    return convention.unit == .flop ? text : text.replacingUnit("FLOP", by: "MAC")
  }

  private var requestText: String {
    let count = layouts.isEmpty ? workload.images : layouts.count
    let images = counted(count)
    return "\(images), \(grouped(workload.textTokens)) text tokens in, "
      + "\(grouped(workload.outputTokens)) out, batch \(grouped(workload.batch)); prompt of "
      + "\(grouped(promptTokens)) positions"
  }

  /// Images, or the groups of a video's frames that stand for them.
  private func counted(_ count: Int) -> String {
    if let video { return video.groupsText(count) }
    return count == 1 ? "1 image" : "\(grouped(count)) images"
  }

  private var visionText: String {
    var text = tokensText(visionTokens)
    guard let first = layouts.first else {
      return text + ", whatever made them: encoder and connector are not counted"
    }
    if layouts.count > 1 { text += " in \(counted(layouts.count))" }
    switch request.input {
    case .images(let sizes):
      text += " from \(sizes.prefix(4).map(\.description).joined(separator: ", "))"
      if sizes.count > 4 { text += " …" }
    case .largestBudget:
      if let video { text += " of a video (\(video.videoText))" }
      text += ", the most that this cost model can be set to (give \(Parameter.image) for an image)"
    case .tiles, .tokens: break
    }
    if layouts.count == 1 { text += first.shapeText }
    return text
  }

  private var partRows: [[String]] {
    guard let parts = flops.parts else { return [] }
    var rows: [(String, Int128)] = []
    if let encoder = parts.visionEncoder { rows.append(("vision encoder", encoder)) }
    if let connector = parts.connector { rows.append(("connector", connector)) }
    rows += [
      ("prefill, weights", parts.prefillLinear), ("prefill, attention", parts.prefillAttention),
      (
        convention.head == .last ? "output head, once" : "output head, all", parts.lmHead
      ),
      ("decode, all steps", parts.decode), ("total", flops.total),
    ]
    let total = Double(flops.total)
    return rows.map { name, count in
      [pad(name, 18), countText(count), total > 0 ? percent(Double(count) / total) : "", ""]
    }
  }

  private var encoderVerdict: String? {
    guard let share = flops.visionShare else { return nil }
    if share >= 0.5 {
      return "The encoder and connector dominate: \(percent(share)). "
        + (settingCutsEncoder
          ? "A smaller setting cuts their work too; dropping tokens behind them saves little."
          : "Dropping tokens behind them saves \(percent(1 - share)) at most.")
    }
    return "Encoder and connector are \(percent(share)) of it."
  }

  private func parametersText(_ parameters: ParameterCounts) -> String {
    func billions(_ count: Int128) -> String { "\(significant(Double(count) / 1e9, 4)) B" }
    var text =
      "\(billions(parameters.total)): encoder \(billions(parameters.visionEncoder)), connector "
      + "\(billions(parameters.connector)), language layers \(billions(parameters.languageLayers))"
    if parameters.activeLanguageLayers != parameters.languageLayers {
      text += " (\(billions(parameters.activeLanguageLayers)) active)"
    }
    text += ", embedding \(billions(parameters.embedding))"
    text += parameters.head == 0 ? ", head tied" : ", head \(billions(parameters.head))"
    if parameters.idle > 0 { text += ", other parts \(billions(parameters.idle))" }
    return text
  }

  private func latencyRows(_ lines: inout TextReport) {
    guard let latency, let hardware else {
      if self.hardware == nil {
        lines.row(
          "Latency",
          "not computed: no hardware is given (\(Parameter.hardware.spelled("h100-sxm")))")
      }
      return
    }
    lines.row(
      "Latency",
      "\(secondsText(latency.total)) by roofline: first token after "
        + "\(secondsText(latency.timeToFirstToken))"
        + (latency.timePerOutputToken.map { ", then \(secondsText($0)) a token" } ?? ""))
    var phases: [(String, Roofline.Phase)] = []
    if let encode = latency.encode { phases.append(("encode", encode)) }
    phases.append(("prefill", latency.prefill))
    if latency.steps > 0 { phases.append(("decode", latency.decode)) }
    let rows = phases.map { name, phase in
      [
        pad(name, 18), secondsText(phase.seconds),
        percent(latency.total > 0 ? phase.seconds / latency.total : 0),
        phase.isMemoryBound ? "limited by memory" : "limited by arithmetic",
      ]
    }
    for row in TextReport.aligned(rows) { lines.line(row) }
    let devices = request.devices == 1 ? "" : "\(request.devices) x "
    lines.row(
      "Hardware",
      "\(devices)\(hardware.title ?? hardware.id), computing in "
        + "\(computeType?.rawValue ?? storage?.layers.rawValue ?? ""); assumed: "
        + "MFU \(shortest(request.utilization.mfu, 3)), MBU "
        + "\(shortest(request.utilization.mbu, 3)) of the data sheet")
    if let joules {
      lines.row("Energy", "\(significant(joules)) J at the board's full power")
    }
    if let price { lines.row("Price", "\(significant(price)) a batch, in the currency given") }
  }

  private func trainingRows(_ training: TrainingCost, _ lines: inout TextReport) {
    lines.blank()
    lines.line("Training on one sample, forward and backward")
    let rows = [
      ("encoder", training.encoder), ("connector", training.connector),
      ("language layers", training.language), ("output head", training.head),
      ("total", training.total),
    ].map { [pad($0, 18), countText($1), ""] }
    for row in TextReport.aligned(rows) { lines.line(row) }
    if request.samples > 1, let total = try? training.checkedTotal(samples: request.samples) {
      lines.row("Run", "\(grouped(request.samples)) samples: \(countText(total))")
    }
    lines.row(
      "States",
      "\(bytesText(training.stateBytes)): weights \(bytesText(training.weightBytes)), gradients "
        + "\(bytesText(training.gradientBytes)) (bf16), AdamW "
        + "\(bytesText(training.optimizerBytes)) (fp32 moments and master copy) for "
        + "\(grouped(training.trainedParameters)) trained parameters; activations not counted")
  }

  private var sourceText: String {
    guard let source = model.source else { return "not stated" }
    return [source.cite, source.location].compactMap { $0 }.joined(separator: "; ")
  }
}

extension ImageLayout {
  /// Tiles or size in words, behind a count of tokens.
  var shapeText: String {
    var text = ""
    if let resized { text += ", resized to \(resized)" }
    if let grid, tiles > 1 {
      text += ", \(grid.rows) x \(grid.columns) tiles" + (hasThumbnail ? " and a thumbnail" : "")
    }
    let padding = paddingInputs.reduce(0) { $0 + $1.count }
    if padding > 0 { text += ", padded by \(padding)" }
    return text
  }
}

extension String {
  fileprivate func replacingUnit(_ unit: String, by other: String) -> String {
    hasSuffix(unit) ? String(dropLast(unit.count)) + other : self
  }
}
