/// What a configuration class of transformers fills in where a published `config.json` is silent.
///
/// Values that the classes derive are rules instead, and stand where they are used: key/value heads
/// equal to the query heads, head dimensions by division, which layers slide.
///
/// - Source: the configuration classes of transformers 5.23.0 (5.24.0 for the forms), read by constructing each without
///   arguments.
enum ClassDefaults {
  /// Of encoders, and of families where they say otherwise, by model type, then by key. Those of language models
  /// stand with each class.
  static let sizes: [String: [String: Int]] = [
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
    "gemma3n_vision": ["hidden_size": 2048, "vocab_size": 128],
    "gemma3n_audio": [
      "conf_conv_kernel_size": 5, "conf_num_attention_heads": 8, "conf_num_hidden_layers": 12,
      "hidden_size": 1536, "input_feat_size": 128, "vocab_size": 128,
    ],
    "gemma4_vision": [
      "head_dim": 64, "hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12,
      "num_hidden_layers": 16, "num_key_value_heads": 12, "patch_size": 16,
      "pooling_kernel_size": 3, "position_embedding_size": 10_240,
    ],
    "gemma4_audio": [
      "conv_kernel_size": 5, "hidden_size": 1024, "num_attention_heads": 8,
      "num_hidden_layers": 12, "output_proj_dims": 1536,
    ],
    "gemma4_unified_audio": ["audio_embed_dim": 640],
    "gemma4_unified_vision": [
      "mm_embed_dim": 3840, "mm_posemb_size": 1120, "output_proj_dims": 3840, "patch_size": 16,
      "pooling_kernel_size": 3,
    ],
    "qwen2_vl_vision": [
      "depth": 32, "embed_dim": 1280, "mlp_ratio": 4, "num_heads": 16, "patch_size": 14,
      "spatial_merge_size": 2, "temporal_patch_size": 2,
    ],
    "deepseek_ocr2_sam_vision_model": [
      "hidden_size": 768, "image_size": 1024, "num_attention_heads": 12, "num_hidden_layers": 12,
      "output_channels": 256, "patch_size": 16, "window_size": 14,
    ],
    "deepseek_ocr2_encoder": [
      "hidden_size": 4096, "intermediate_size": 22_016, "num_attention_heads": 32,
      "num_hidden_layers": 32, "num_key_value_heads": 32,
    ],
    // What DeepSeek's published code has where its files are silent
    "deepseek_ocr.sam": ["heads": 12, "layers": 12, "width": 768],
    "deepseek_ocr.clip": [
      "heads": 16, "image_size": 224, "layers": 24, "patch_size": 14, "width": 1024,
    ],
    "deepseek_ocr2.qwen2": [
      "dim": 896, "intermediate_size": 4864, "num_attention_heads": 14, "num_hidden_layers": 24,
      "num_key_value_heads": 2,
    ],
    "deepseek_vl_v2.vision": [
      "heads": 16, "image_size": 384, "layers": 24, "patch_size": 16, "width": 1024,
    ],
    "mlp_projector": [
      "depth": 2, "downsample_ratio": 2, "input_dim": 1152, "mlp_ratio": 1, "n_embed": 2048,
    ],
    "kimi_k25_vision": [
      "hidden_size": 1152, "intermediate_size": 4304, "merge_kernel_size": 2,
      "num_attention_heads": 16, "num_hidden_layers": 27, "patch_size": 14, "pos_emb_height": 64,
      "pos_emb_width": 64,
    ],
    "qwen3_5_vision": [
      "depth": 27, "hidden_size": 1152, "intermediate_size": 4304, "num_heads": 16,
      "num_position_embeddings": 2304, "patch_size": 16, "spatial_merge_size": 2,
      "temporal_patch_size": 2,
    ],
    "qwen2_5_vl_vision": qwen25Vision,
    "qwen2_5_omni_vision_encoder": qwen25Vision,
    "qwen3_vl_vision": qwen3Vision,
    "qwen3_omni_moe_vision_encoder": qwen3Vision,
    "glm4v_vision": glm4vVision,
    "glm4v_moe_vision": glm4vVision,
    "glm_ocr_vision": [
      "depth": 24, "hidden_size": 1024, "image_size": 336, "intermediate_size": 4096,
      "num_heads": 16, "out_hidden_size": 1536, "patch_size": 14, "spatial_merge_size": 2,
      "temporal_patch_size": 2,
    ],
    "video_llama_3_vision": [
      "hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12,
      "num_hidden_layers": 12, "patch_size": 16,
    ],
    "hunyuan_vl_vision": [
      "hidden_size": 1152, "intermediate_size": 4304, "max_image_size": 2048,
      "num_attention_heads": 16, "num_hidden_layers": 27, "patch_size": 16,
      "spatial_merge_size": 2,
    ],
    "dots_vision": [
      "embed_dim": 1536, "hidden_size": 1536, "intermediate_size": 4224, "num_attention_heads": 12,
      "num_hidden_layers": 42, "patch_size": 14, "spatial_merge_size": 2,
    ],
    "ernie4_5_vl_moe_vision": [
      "depth": 32, "hidden_size": 1280, "intermediate_size": 5120, "num_heads": 16,
      "patch_size": 14, "spatial_merge_size": 2, "temporal_merge_size": 2,
    ],
    "paddleocr_vl_vision": [
      "hidden_size": 1152, "image_size": 384, "intermediate_size": 4304,
      "num_attention_heads": 16, "num_hidden_layers": 27, "patch_size": 14,
      "spatial_merge_size": 2,
    ],
    "internvl_vision": [
      "hidden_size": 1024, "image_size": 448, "intermediate_size": 4096,
      "num_attention_heads": 16, "num_hidden_layers": 24, "patch_size": 14,
    ],
    "qianfan_ocr_vision": [
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
    "llama4_vision_model": [
      "hidden_size": 768, "image_size": 448, "intermediate_size": 5632, "num_attention_heads": 16,
      "num_hidden_layers": 34, "patch_size": 14, "projector_input_dim": 4096,
      "projector_output_dim": 4096, "vision_output_dim": 7680,
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

  private static let qwen25Vision = [
    "depth": 32, "hidden_size": 3584, "intermediate_size": 3420, "num_heads": 16,
    "patch_size": 14, "spatial_merge_size": 2, "temporal_patch_size": 2, "window_size": 112,
  ]

  private static let qwen3Vision = [
    "depth": 27, "hidden_size": 1152, "intermediate_size": 4304, "num_heads": 16,
    "num_position_embeddings": 2304, "patch_size": 16, "spatial_merge_size": 2,
    "temporal_patch_size": 2,
  ]

  private static let glm4vVision = [
    "depth": 24, "hidden_size": 1536, "image_size": 336, "intermediate_size": 13696,
    "num_heads": 12, "out_hidden_size": 4096, "patch_size": 14, "spatial_merge_size": 2,
    "temporal_patch_size": 2,
  ]
}
