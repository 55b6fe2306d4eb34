/// What tokens buy.
let profile = """
  kind: scaling-profile
  schema: 1
  id: a-profile
  metric: { name: TextVQA, unit: percent, range: [0, 100], higher_is_better: true }
  measurements:
    - { tokens: 16, score: 34.1 }
    - { tokens: 64, score: 45.8 }
    - { tokens: 256, score: 54.4 }
    - { tokens: 576, score: 53.6 }
  law: { form: power, c: 14.8, alpha: -0.23 }
  """

/// What they cost.
let cost = """
  kind: compute-cost-model
  schema: 1
  id: a-model
  vision:
    family: llava-1.5
    encoder: { layers: 24, hidden: 1024, intermediate: 4096, heads: 16, patch: 14, image: 336, \
  class_token: true, unused_layers: 1 }
    connector: { form: mlp2 }
  language: { layers: 32, hidden: 4096, heads: 32, kv_heads: 32, head_dim: 128, intermediate: 11008, \
  vocabulary: 32064 }
  tokens:
    lattice: { list: [1, 4, 9, 16, 36, 64, 144, 576] }
    reduce: before-connector
  workload: { images: 1, text_tokens: 64, output_tokens: 128, batch: 1 }
  """

/// What is best.
let policy = """
  kind: policy
  schema: 1
  id: a-policy
  objective: { maximize: score_per_flop }
  limits: { min_score: 30 percent }
  search: { lattice: model }
  risk: { level: 0.9, draws: 20 }
  """
