import BudgetDocuments
import ComputeCosts
import SourceText

/// What one request costs: FLOPs, parameters, memory, and on an accelerator time, energy and price.
public struct CostEstimate: Sendable {
  /// What the vision tokens of a request are.
  public enum VisionInput: Sendable, Equatable {
    /// So many vision tokens an image, whatever made them; the encoder is not counted.
    case tokens(Int)
    /// Images of these sizes; one size stands for every image of the workload.
    case images([ImageSize])
    /// Images of so many tiles, crops or frames each, the thumbnail included.
    case tiles(Int)
    /// Images at the largest budget that the model can be set to.
    case largestBudget
  }

  /// What to estimate.
  public struct Request: Sendable {
    /// The vision tokens.
    public var input: VisionInput
    /// Text, output and batch; `nil` for the cost model's own.
    public var workload: Workload?
    /// How operations are counted; `nil` for the cost model's own.
    public var convention: Convention?
    /// How all weights are stored; `nil` for as the cost model says, and 16 bits where it does not.
    public var weights: DataType?
    /// How the key/value cache is stored.
    public var cache: DataType = .bf16
    /// How much of the data sheet is reached.
    public var utilization = Utilization.assumed
    /// Devices that share the work evenly.
    public var devices = 1
    /// What is paid; `nil` where nobody says.
    public var price: Prices?
    /// What is trained; `nil` for serving.
    public var training: TrainingPlan?
    /// Samples of a training run.
    public var samples = 1

    /// A request on vision tokens.
    public init(_ input: VisionInput) { self.input = input }

    /// How it is served.
    var plan: ServingPlan {
      ServingPlan(weights: weights, cache: cache, devices: devices, utilization: utilization)
    }
  }

  /// Bytes of a serving process.
  public struct Memory: Sendable, Equatable {
    /// All parameters.
    public let weights: Int128
    /// The key/value cache of all requests at the last token.
    public let cache: Int128
    /// The cache of one more vision token in each image of each request.
    public let cachePerToken: Int128

    /// Both; activations, the runtime and fragmentation are not in it.
    public var total: Int128 { weights + cache }
  }

  /// The model.
  public let model: ComputeCostModel
  /// What was asked.
  public let request: Request
  /// The request that is paid for.
  public let workload: Workload
  /// How operations were counted.
  public let convention: Convention
  /// What the processor made of each image; empty where only tokens were given.
  public let layouts: [ImageLayout]
  /// Vision tokens in the prompt, or in cross-attention.
  public let visionTokens: Int
  /// Positions of one prompt.
  public let promptTokens: Int128
  /// FLOPs by part, for all requests of the batch.
  public let flops: FLOPBreakdown
  /// Encoder FLOPs by what they are spent on, for all requests of the batch; `nil` without images.
  public let encoder: EncoderFLOPs?
  /// What one more vision token in each image costs the language model, in FLOPs for the batch.
  public let marginalToken: Int128?
  /// Whether a smaller setting of the processor lets the encoder compute less.
  package let settingCutsEncoder: Bool
  /// Parameters by part.
  public let parameters: ParameterCounts?
  /// Memory.
  public let memory: Memory?
  /// The accelerator; `nil` where none is known.
  public let hardware: HardwareProfile?
  /// Time by phase; `nil` without an accelerator, or one that has no rate for the data type.
  public let latency: Roofline?
  /// The type that products are computed in.
  public let computeType: DataType?
  /// How the weights are stored; `nil` where only totals are known.
  public let storage: WeightStorage?
  /// Joules of a batch; `nil` without the board's power.
  public let joules: Double?
  /// What a batch is paid.
  public let price: Double?
  /// Training instead of serving.
  public let training: TrainingCost?
  /// What a reader should know.
  public let diagnostics: [Diagnostic]

  /// Marker tokens that the processor adds to the text of one request.
  public var markerTokens: Int {
    layouts.reduce(layouts.isEmpty ? 0 : video?.layout.extraTextTokens ?? 0) {
      $0 + $1.extraTextTokens
    }
  }

  /// The video that its images are the groups of; `nil` where they are images.
  package var video: VideoWorkload? { request.input.isOfImages ? nil : model.video }
}
