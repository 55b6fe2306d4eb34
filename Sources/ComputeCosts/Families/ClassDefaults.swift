/// What a configuration class of transformers fills in where a published `config.json` is silent.
///
/// Values that the classes derive are rules instead, and stand where they are used: key/value heads
/// equal to the query heads, head dimensions by division, which layers slide.
///
/// - Source: the configuration classes of transformers 5.23.0 (5.24.0 for the forms), read by constructing each without
///   arguments.
enum ClassDefaults {
  /// By model type, then by key.
  static let sizes: [String: [String: Int]] = [
    // Language models
    "llama": [
      "hidden_size": 4096, "intermediate_size": 11008, "num_attention_heads": 32,
      "num_hidden_layers": 32, "vocab_size": 32000,
    ],
    "mistral": [
      "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
      "num_hidden_layers": 32, "num_key_value_heads": 8, "sliding_window": 4096,
      "vocab_size": 32000,
    ],
    "mixtral": [
      "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
      "num_hidden_layers": 32, "num_key_value_heads": 8, "num_local_experts": 8,
      "num_experts_per_tok": 2, "vocab_size": 32000,
    ],
    "qwen2": [
      "hidden_size": 4096, "intermediate_size": 22016, "num_attention_heads": 32,
      "num_hidden_layers": 32, "num_key_value_heads": 32, "vocab_size": 151936,
    ],
    "qwen3": [
      "head_dim": 128, "hidden_size": 4096, "intermediate_size": 22016, "num_attention_heads": 32,
      "num_hidden_layers": 32, "num_key_value_heads": 32, "vocab_size": 151936,
    ],
    "qwen3_moe": [
      "hidden_size": 2048, "intermediate_size": 6144, "moe_intermediate_size": 768,
      "num_attention_heads": 32, "num_experts": 128, "num_experts_per_tok": 8,
      "num_hidden_layers": 24, "num_key_value_heads": 4, "vocab_size": 151936,
    ],
    "qwen3_vl_moe_text": [
      "head_dim": 128, "hidden_size": 2048, "intermediate_size": 5632,
      "moe_intermediate_size": 1408, "num_attention_heads": 16, "num_experts": 60,
      "num_experts_per_tok": 4, "num_hidden_layers": 24, "num_key_value_heads": 16,
      "vocab_size": 151936,
    ],
    "qwen2_vl_text": [
      "hidden_size": 8192, "intermediate_size": 29568, "num_attention_heads": 64,
      "num_hidden_layers": 80, "num_key_value_heads": 8, "vocab_size": 152064,
    ],
    "qwen2_5_vl_text": [
      "hidden_size": 8192, "intermediate_size": 29568, "num_attention_heads": 64,
      "num_hidden_layers": 80, "num_key_value_heads": 8, "vocab_size": 152064,
    ],
    "qwen3_vl_text": [
      "head_dim": 128, "hidden_size": 4096, "intermediate_size": 22016, "num_attention_heads": 32,
      "num_hidden_layers": 32, "num_key_value_heads": 32, "vocab_size": 151936,
    ],
    "gemma": [
      "head_dim": 256, "hidden_size": 3072, "intermediate_size": 24576, "num_attention_heads": 16,
      "num_hidden_layers": 28, "num_key_value_heads": 16, "vocab_size": 256000,
    ],
    "gemma2": [
      "head_dim": 256, "hidden_size": 2304, "intermediate_size": 9216, "num_attention_heads": 8,
      "num_hidden_layers": 26, "num_key_value_heads": 4, "sliding_window": 4096,
      "vocab_size": 256000,
    ],
    "gemma3_text": [
      "head_dim": 256, "hidden_size": 2304, "intermediate_size": 9216, "num_attention_heads": 8,
      "num_hidden_layers": 26, "num_key_value_heads": 4, "sliding_window": 4096,
      "vocab_size": 262208,
    ],
    "mllama_text_model": [
      "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
      "num_hidden_layers": 40, "num_key_value_heads": 8, "vocab_size": 128256,
    ],
    // Forms of the above
    "ministral3": [
      "head_dim": 128, "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
      "num_hidden_layers": 34, "num_key_value_heads": 8, "vocab_size": 131072,
    ],
    "ministral": [
      "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
      "num_hidden_layers": 32, "num_key_value_heads": 8, "sliding_window": 4096,
      "vocab_size": 32000,
    ],
    "granite": [
      "hidden_size": 4096, "intermediate_size": 11008, "num_attention_heads": 32,
      "num_hidden_layers": 32, "vocab_size": 32000,
    ],
    "smollm3": [
      "hidden_size": 2048, "intermediate_size": 11008, "num_attention_heads": 16,
      "num_hidden_layers": 36, "num_key_value_heads": 4, "vocab_size": 128256,
    ],
    "helium": [
      "head_dim": 128, "hidden_size": 2560, "intermediate_size": 7040, "num_attention_heads": 20,
      "num_hidden_layers": 24, "num_key_value_heads": 20, "vocab_size": 48000,
    ],
    "ernie4_5": [
      "head_dim": 128, "hidden_size": 1024, "intermediate_size": 3072, "num_attention_heads": 16,
      "num_hidden_layers": 18, "num_key_value_heads": 2, "vocab_size": 103424,
    ],
    "seed_oss": [
      "head_dim": 128, "hidden_size": 4096, "intermediate_size": 27648, "num_attention_heads": 80,
      "num_hidden_layers": 64, "num_key_value_heads": 8, "vocab_size": 155136,
    ],
    "exaone4": [
      "hidden_size": 4096, "intermediate_size": 16384, "num_attention_heads": 32,
      "num_hidden_layers": 32, "num_key_value_heads": 32, "sliding_window": 4096,
      "sliding_window_pattern": 4, "vocab_size": 102400,
    ],
    "hunyuan_v1_dense": [
      "hidden_size": 4096, "intermediate_size": 11008, "num_attention_heads": 32,
      "num_hidden_layers": 32, "vocab_size": 290943,
    ],

    // Encoders
    "clip_vision_model": [
      "hidden_size": 768, "image_size": 224, "intermediate_size": 3072, "num_attention_heads": 12,
      "num_hidden_layers": 12, "patch_size": 32,
    ],
    "siglip_vision_model": [
      "hidden_size": 768, "image_size": 224, "intermediate_size": 3072, "num_attention_heads": 12,
      "num_hidden_layers": 12, "patch_size": 16,
    ],
    "idefics3_vision": [
      "hidden_size": 1152, "image_size": 224, "intermediate_size": 3072, "num_attention_heads": 16,
      "num_hidden_layers": 12, "patch_size": 32,
    ],
    "smolvlm_vision": [
      "hidden_size": 1152, "image_size": 224, "intermediate_size": 3072, "num_attention_heads": 16,
      "num_hidden_layers": 12, "patch_size": 32,
    ],
    "idefics2_vision": [
      "hidden_size": 768, "image_size": 224, "intermediate_size": 3072, "num_attention_heads": 12,
      "num_hidden_layers": 12, "patch_size": 32,
    ],
    "qwen2_vl_vision": [
      "depth": 32, "embed_dim": 1280, "mlp_ratio": 4, "num_heads": 16, "patch_size": 14,
      "spatial_merge_size": 2, "temporal_patch_size": 2,
    ],
    "qwen3_5_text": [
      "head_dim": 256, "hidden_size": 4096, "intermediate_size": 12288,
      "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128, "linear_num_key_heads": 16,
      "linear_num_value_heads": 32, "linear_value_head_dim": 128, "num_attention_heads": 16,
      "num_hidden_layers": 32, "num_key_value_heads": 4, "vocab_size": 248320,
    ],
    "qwen3_5_moe_text": [
      "head_dim": 256, "hidden_size": 2048, "linear_conv_kernel_dim": 4,
      "linear_key_head_dim": 128, "linear_num_key_heads": 16, "linear_num_value_heads": 32,
      "linear_value_head_dim": 128, "moe_intermediate_size": 512, "num_attention_heads": 16,
      "num_experts": 256, "num_experts_per_tok": 8, "num_hidden_layers": 40,
      "num_key_value_heads": 2, "shared_expert_intermediate_size": 512, "vocab_size": 248320,
    ],
    "qwen3_5_vision": [
      "depth": 27, "hidden_size": 1152, "intermediate_size": 4304, "num_heads": 16,
      "num_position_embeddings": 2304, "patch_size": 16, "spatial_merge_size": 2,
      "temporal_patch_size": 2,
    ],
    "qwen2_5_vl_vision": [
      "depth": 32, "hidden_size": 3584, "intermediate_size": 3420, "num_heads": 16,
      "patch_size": 14, "spatial_merge_size": 2, "temporal_patch_size": 2, "window_size": 112,
    ],
    "qwen3_vl_vision": [
      "depth": 27, "hidden_size": 1152, "intermediate_size": 4304, "num_heads": 16,
      "num_position_embeddings": 2304, "patch_size": 16, "spatial_merge_size": 2,
      "temporal_patch_size": 2,
    ],
    "internvl_vision": [
      "hidden_size": 1024, "image_size": 448, "intermediate_size": 4096,
      "num_attention_heads": 16, "num_hidden_layers": 24, "patch_size": 14,
    ],
    "intern_vit_6b": [
      "hidden_size": 3200, "image_size": 224, "intermediate_size": 12800,
      "num_attention_heads": 25, "num_hidden_layers": 48, "patch_size": 14,
    ],
    "pixtral": [
      "hidden_size": 1024, "image_size": 1024, "intermediate_size": 4096,
      "num_attention_heads": 16, "num_hidden_layers": 24, "patch_size": 16,
    ],
    "mllama_vision_model": [
      "attention_heads": 16, "hidden_size": 1280, "image_size": 448, "intermediate_size": 5120,
      "max_num_tiles": 4, "num_global_layers": 8, "num_hidden_layers": 32, "patch_size": 14,
      "vision_output_dim": 7680,
    ],

    // Where a family's own class gives its parts other values than theirs
    "llava.vision_config": [
      "hidden_size": 1024, "image_size": 336, "intermediate_size": 4096,
      "num_attention_heads": 16, "num_hidden_layers": 24, "patch_size": 14,
    ],
    "llava_onevision.vision_config": [
      "hidden_size": 1152, "image_size": 384, "intermediate_size": 4304,
      "num_attention_heads": 16, "num_hidden_layers": 26, "patch_size": 14,
    ],
    "gemma3": ["mm_tokens_per_image": 256],
    "idefics3": ["scale_factor": 2],
    "smolvlm": ["scale_factor": 2],
    "mistral3": ["spatial_merge_size": 2],
  ]
}
