/// What the app ships with, or its user typed: documents as text.
enum Documents {
  static let profile = """
    kind: scaling-profile
    schema: 1
    id: receipts
    metric: { name: receipts, unit: percent, range: [0, 100] }
    measurements:
      - { tokens: 16,  score: 38.9 }
      - { tokens: 64,  score: 51.7 }
      - { tokens: 144, score: 58.2 }
      - { tokens: 256, score: 61.0 }
      - { tokens: 576, score: 63.4 }
    law: { form: power, c: 28.0, alpha: -0.13 }
    fit: { fitted_tokens: [16, 576] }
    source: { cite: "measured by the app's makers", retrieved: 2026-11-01 }
    """

  static let cost = """
    kind: compute-cost-model
    schema: 1
    id: on-device
    flops: { fixed: 0.9 TFLOP, per_token: 2.4 GFLOP, per_token_squared: 0.1 MFLOP }
    source: { cite: "counted by the app's makers", retrieved: 2026-11-01 }
    """

  static let policy = """
    kind: policy
    schema: 1
    id: best-within-two-teraflop
    objective: { maximize: score }
    limits: { max_flops: 2 TFLOP }
    search: { lattice: { integers: { min: 16, max: 576 } } }
    """

  static let config = """
    model_name_or_path: my-team/tiny-vl   # not published
    image_max_pixels: 262144   # to be tuned
    image_min_pixels: 784
    """
}
