import BudgetDocuments
import ComputeCosts
import SourceText
import TokenBudget

extension CostEstimate {
  /// The estimate as JSON text; `docs/json.md` explains its keys.
  public var json: String {
    JSONValue.object([
      "schema_version": .integer(jsonSchemaVersion),
      "model": .object([
        "id": .string(model.id), "file": .optional(model.file) { .string($0) },
      ]),
      "workload": .workload(
        Workload(
          images: layouts.isEmpty ? workload.images : layouts.count,
          textTokens: workload.textTokens, outputTokens: workload.outputTokens,
          batch: workload.batch), video: video),
      "vision_tokens": .integer(visionTokens),
      "marker_tokens": .integer(markerTokens),
      "prompt_tokens": .integer(promptTokens),
      "images": .list(layouts) { .layout($0) },
      "flops": .optional(flops.parts) { .flops($0, total: flops.total) },
      "encoder_flops": .optional(encoder) { encoder in
        .object([
          "convolution": .integer(encoder.convolution),
          "linear": .integer(encoder.linear),
          "attention": .integer(encoder.attention),
        ])
      },
      "encoder_share": .optional(flops.visionShare) { .number($0) },
      "flops_per_additional_token": .optional(marginalToken) { .integer($0) },
      "parameters": .optional(parameters) { parameters in
        var parts: [String: JSONValue] = [
          "vision_encoder": .integer(parameters.visionEncoder),
          "connector": .integer(parameters.connector),
          "language_layers": .integer(parameters.languageLayers),
          "active_language_layers": .integer(parameters.activeLanguageLayers),
          "embedding": .integer(parameters.embedding), "lm_head": .integer(parameters.head),
          "total": .integer(parameters.total),
        ]
        if parameters.idle > 0 { parts["idle"] = .integer(parameters.idle) }
        return .object(parts)
      },
      "memory_bytes": .optional(memory) { memory in
        .object([
          "weights": .integer(memory.weights), "kv_cache": .integer(memory.cache),
          "kv_cache_per_additional_token": .integer(memory.cachePerToken),
          "total": .integer(memory.total),
        ])
      },
      "dtype": .object([
        "weights": .optional(storage) { .string($0.single?.rawValue ?? "mixed") },
        "weights_by_part": .optional(storage) { storage in
          .object(
            Dictionary(
              uniqueKeysWithValues: WeightStorage.parts.map {
                ($0.name, .string(storage[keyPath: $0.type].rawValue))
              }))
        }, "kv_cache": .string(request.cache.rawValue),
      ]),
      "latency_seconds": .optional(latency) { latency in
        .object([
          "encode": .optional(latency.encode) { .number($0.seconds) },
          "prefill": .number(latency.prefill.seconds), "decode": .number(latency.decode.seconds),
          "time_to_first_token": .number(latency.timeToFirstToken),
          "per_output_token": .optional(latency.timePerOutputToken) { .number($0) },
          "total": .number(latency.total),
        ])
      },
      "roofline": .optional(latency) { .roofline($0) },
      "hardware": .optional(hardware) { hardware in
        .object([
          "id": .string(hardware.id), "file": .optional(hardware.file) { .string($0) },
          "devices": .integer(request.devices),
          "compute_type": .optional(computeType) { .string($0.rawValue) },
          "mfu": .number(request.utilization.mfu), "mbu": .number(request.utilization.mbu),
        ])
      },
      "energy_joules": .optional(joules) { .number($0) },
      "price": .optional(price) { .number($0) },
      "training": .optional(training) { .training($0, samples: request.samples) },
      "convention": .convention(convention),
      "diagnostics": .diagnostics(diagnostics),
    ]).text
  }
}

extension JSONValue {
  fileprivate static func flops(_ parts: RequestParts<Int128>, total: Int128) -> JSONValue {
    guard case .object(var members) = JSONValue.parts(parts) else { return .null }
    members["total"] = .integer(total)
    return .object(members)
  }

  /// What became of an image.
  static func layout(_ layout: ImageLayout) -> JSONValue {
    .object([
      "tokens": .integer(layout.tokens),
      "extra_text_tokens": .integer(layout.extraTextTokens),
      "tiles": .integer(layout.tiles),
      "padding_tiles": .integer(layout.paddingInputs.reduce(0) { $0 + $1.count }),
      "thumbnail": .bool(layout.hasThumbnail),
      "grid": .optional(layout.grid) { .array([.integer($0.rows), .integer($0.columns)]) },
      "resized": .optional(layout.resized) { .array([.integer($0.width), .integer($0.height)]) },
      "patches": .list(layout.inputs) {
        .object([
          "count": .integer($0.count), "rows": .integer($0.rows), "columns": .integer($0.columns),
        ])
      },
    ])
  }

  fileprivate static func roofline(_ latency: Roofline) -> JSONValue {
    func phase(_ phase: Roofline.Phase) -> JSONValue {
      .object([
        "compute_seconds": .number(phase.computeSeconds),
        "memory_seconds": .number(phase.memorySeconds), "bytes": .integer(phase.bytes),
        "flops": .integer(phase.flops),
      ])
    }
    return .object([
      "encode": .optional(latency.encode) { phase($0) }, "prefill": phase(latency.prefill),
      "decode": phase(latency.decode),
    ])
  }

  fileprivate static func training(_ training: TrainingCost, samples: Int) -> JSONValue {
    .object([
      "flops": .object([
        "vision_encoder": .integer(training.encoder), "connector": .integer(training.connector),
        "language_layers": .integer(training.language), "lm_head": .integer(training.head),
        "total": .integer(training.total),
      ]),
      "samples": .integer(samples),
      "run_flops": .optional(try? training.checkedTotal(samples: samples)) { .integer($0) },
      "trained_parameters": .integer(training.trainedParameters),
      "memory_bytes": .object([
        "weights": .integer(training.weightBytes), "gradients": .integer(training.gradientBytes),
        "optimizer": .integer(training.optimizerBytes), "total": .integer(training.stateBytes),
      ]),
    ])
  }

  fileprivate static func convention(_ convention: Convention) -> JSONValue {
    .object([
      "unit": .string(convention.unit.rawValue),
      "mlp_matrices": .optional(convention.mlpMatrices) { .integer($0) },
      "attention": .string(convention.attention.rawValue),
      "lm_head": .string(convention.head.rawValue),
      "padding": .string(convention.padding.rawValue),
      "unused_layers": .string(convention.unusedLayers.rawValue),
      "text": .string(convention.sentence),
    ])
  }
}
