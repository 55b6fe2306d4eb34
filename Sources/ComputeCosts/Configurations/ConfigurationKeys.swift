/// Keys of configurations that nobody reads: which of them change nothing, and which may not be passed over.
///
/// The rule for a key that no family asked for: one that changes nothing is ignored, by name; one that
/// changes the architecture is an error, unless its value is the one that is counted; one that nobody knows
/// is remarked on.
///
/// - Source: the configuration classes of transformers 5.24.0. What each key changes was found by building
///   tiny models with the key changed (`generate_configuration_keys.py`), not by its name.
enum ConfigurationKeys {
  /// What a key must say for the count to hold.
  struct Requirement: Sendable {
    /// The values under which the architecture is the one that is counted; `null` is one always.
    let allowed: [ConfigurationValue]
    /// What another value changes, to follow the key in a sentence.
    let reason: String
    /// The model types of the parts that it holds for; empty for all.
    let modelTypes: Set<String>

    init(_ allowed: ConfigurationValue..., else reason: String, in modelTypes: Set<String> = []) {
      self.allowed = allowed
      self.reason = reason
      self.modelTypes = modelTypes
    }

    func applies(to modelType: String) -> Bool {
      modelTypes.isEmpty || modelTypes.contains(modelType)
    }
  }

  /// What keys must say.
  static let requirements: [String: [Requirement]] = {
    let off: [ConfigurationValue] = [.bool(false), .integer(0), .list([]), .mapping([:])]
    var table: [String: [Requirement]] = [
      "num_channels": [
        Requirement(.integer(3), else: "the patch embedding is counted for 3 channels")
      ],
      "in_channels": [
        Requirement(.integer(3), else: "the patch embedding is counted for 3 channels")
      ],
      "in_chans": [Requirement(.integer(3), else: "the patch embedding is counted for 3 channels")],
      "use_bidirectional_attention": [
        Requirement(
          .bool(false), else: "the windows of its layers are then others", in: ["gemma3_text"]),
        Requirement(
          .text("vision"), else: "the windows of its layers are then others",
          in: ["gemma4_text", "gemma4_unified_text"]),
      ],
      "sliding_window": [
        Requirement(
          else: "no rule for windows in this class",
          in: ["qwen3_vl_moe_text", "qwen3_omni_moe_text"])
      ],
      "vision_feature_select_strategy": [
        Requirement(.text("default"), else: "the class token has no rule here", in: ["internvl"]),
        Requirement(
          .text("full"), else: "the first patch is then cut off", in: ["aya_vision"]),
      ],
      "attention_bias": [
        Requirement(
          .bool(false), else: "only some of its layers have such biases",
          in: ["qwen3_5_text", "qwen3_5_moe_text"])
      ],
      "moe_layer_freq": [Requirement(.integer(1), else: "only some of its layers have experts")],
      "merge_type": [
        Requirement(
          .text("sd2_tpool"), else: "patches are then merged otherwise", in: ["kimi_k25_vision"])
      ],
      "mm_projector_type": [
        Requirement(
          .text("patchmerger"), else: "there is a rule for 'patchmerger' only",
          in: ["kimi_k25_vision"])
      ],
      "use_mm_proj": [Requirement(.bool(true), else: "a model without a projector has no rule")],
      "use_parallel_block": [
        Requirement(
          .bool(true), else: "each layer then has a norm more", in: ["cohere", "cohere2"])
      ],
      "use_gated_activation": [
        Requirement(.bool(true), else: "MLPs then have two matrices", in: ["cohere", "cohere2"])
      ],
      "pad2square": [Requirement(.bool(false), else: "images are then padded before they are cut")],
    ]
    // Parts of other models, under the names that their classes have for them.
    let foreign = [
      ("attention_k_eq_v", "values are then keys"),
      ("audio_config", "the model has an audio part"),
      ("audio_encoder", "the model has an audio part"),
      ("conv_L_cache", "the model has convolution layers"),
      ("cross_attention_frequency", "the model has cross-attention layers"),
      ("decoder_config", "the model has a second decoder"),
      ("enable_moe_block", "experts stand beside the MLP"),
      ("first_k_dense_replace", "some layers have experts"),
      ("hidden_size_per_layer_input", "layers have embeddings of their own"),
      ("kv_lora_rank", "keys and values are compressed"),
      ("laurel_rank", "layers have a learned residual"),
      ("linear_num_key_heads", "some layers have linear attention"),
      ("linear_num_value_heads", "some layers have linear attention"),
      ("mamba_d_state", "some layers are state-space models"),
      ("moe_config", "layers have experts"),
      ("moe_num_experts", "layers have experts"),
      ("n_routed_experts", "layers have experts"),
      ("n_shared_experts", "layers have shared experts"),
      ("num_kv_shared_layers", "layers share keys and values"),
      ("q_lora_rank", "queries are compressed"),
      ("qformer_config", "a transformer of queries stands before the language model"),
      ("shared_expert_intermediate_size", "layers have shared experts"),
      ("qk_layer_norms", "queries and keys have norms"),
      ("qk_layer_norms_perceiver", "queries and keys have norms"),
      ("use_resampler", "a resampler stands before the language model"),
      ("use_double_wide_mlp", "some layers have wider MLPs"),
      ("add_cross_attention", "layers attend to another model"),
      ("is_encoder_decoder", "the model has an encoder for text"),
      ("pruned_heads", "heads are cut off"),
      ("use_backbone_lora", "the encoder has low-rank adapters"),
      ("use_llm_lora", "the language model has low-rank adapters"),
      ("use_cla", "layers share keys and values"),
      ("lora_config", "the model has low-rank adapters"),
      ("vision_lora", "the encoder has low-rank adapters"),
      ("speech_lora", "the language model has low-rank adapters"),
    ]
    for (key, reason) in foreign {
      table[key] = [Requirement(allowed: off, reason: reason, modelTypes: [])]
    }
    return table
  }()

  /// Keys that change neither FLOPs nor parameters, and those that only matter beside others that are read.
  static let silent: Set<String> = Set(
    """
    _attn_implementation _attn_implementation_autoset _flash_attn_2_enabled _from_class
    _name_or_path _pad_token_id _scheme _sliding_window_pattern additional_special_tokens
    apply_vit_abs_pos_embed architectures attention_bias attention_dropout attention_multiplier
    attention_probs_dropout_prob attn_implementation attn_logit_softcapping attn_output_gate
    attn_scale attn_temperature_tuning auto_map aux_loss_alpha bad_words_ids begin_suppress_tokens
    bias boi_token_id boi_token_index bos_token bos_token_id cache_implementation
    chunk_size_feed_forward compression_ratio cross_attention_hidden_size decoder_sparse_step
    decoder_start_token_id deepstack_visual_indexes default_output_length disable_custom_kernels
    diversity_penalty do_sample drop_path_rate dropout dropout_rate dtype dynamic_image_size
    early_stopping embd_layer embd_pdrop embedding_multiplier enable_audio_output
    encoder_no_repeat_ngram_size eod_token_id eoi_token_id eoi_token_index eos_token eos_token_id
    ep_size experts_per_token exponential_decay_length_penalty final_logit_softcapping
    finetuning_task floor_scale for_llm_compressor force_image_size forced_bos_token_id
    forced_eos_token_id freeze_lm_head freeze_text_layers freeze_text_module_exceptions
    freeze_vision_layers freeze_vision_module_exceptions full_attention_interval fused_qkv
    generation_config global_view_pos gradient_checkpointing hidden_act hidden_activation
    hidden_dropout hidden_dropout_prob id2label ignore_index ignored_index im_end_id im_newline_id
    im_start_id image_break_token_id image_end_token_id image_newline_token_id image_processor
    image_seq_length image_start_token_id image_token image_token_id image_token_index
    img_max_token_num img_processor init_merger_std init_pos_emb_time initial_context_length
    initializer_factor initializer_range intermediate_layers_indices interpolate_mode is_causal
    is_composition is_decoder is_llama_config keys_to_ignore_at_inference label2id label_smoothing
    layer_norm_eps layer_norm_epsilon layer_scale_init_value layer_switch layer_types
    layers_block_type length_penalty lm_head logit_scale logits_scaling logits_to_keep
    loss_reduction mamba_ssm_dtype mask_token_id max_dynamic_patch max_image_size max_length
    max_pixels max_position_embeddings max_position_id max_sequence_length max_vit_seq_len
    max_window_layers min_dynamic_patch min_image_size min_length min_pixels mlp_bias
    mlp_only_layers mm_tokens_per_image model_max_length model_name model_type moe_norm_min
    mrope_section mtp_num_hidden_layers mtp_use_dedicated_embeddings n_group neftune_noise_alpha
    no_repeat_ngram_size no_rope_layer_interval no_rope_layers norm_eps norm_topk_prob norm_type
    num_beam_groups num_beams num_image_tokens num_logits_to_keep num_mtp_layers
    num_nextn_predict_layers num_positions num_return_sequences order_of_interleaved_layers
    original_max_position_embeddings output_attentions output_hidden_states output_router_logits
    output_scores pad_id pad_token_id partial_rotary_factor perceiver_config pixel_shuffle_factor
    pos_emb_time pos_emb_type position_embedding_type position_id_per_seconds prefix pretraining_tp
    problem_type processor_class projection_dim projection_dropout projector_hidden_act ps_version
    quantization_config query_pre_attn_scalar remove_invalid_values repetition_penalty resid_pdrop
    residual_dropout residual_multiplier return_dict return_dict_in_generate rm_head rms_norm_eps
    rope_interleave rope_interleaved rope_is_neox_style rope_local_base_freq rope_parameters
    rope_scaling rope_theta rotary_pct routed_scaling_factor router_aux_loss_coef
    router_jitter_noise scoring_func seconds_per_chunk select_layer sep_token_id seq_aux size
    sliding_window sliding_window_pattern spatial_patch_size spatial_pool_mode spatial_pool_stride
    special_tokens standardize suppress_tokens swiglu_alpha swiglu_limit task_specific_params
    temperature template text_end_id text_start_id tf_legacy_loss tie_encoder_decoder
    tie_word_embeddings tokenizer_class tokenizer_config tokens_per_second top_k top_p topk_group
    topk_method torch_dtype torchscript transformers.js_config transformers_version typical_p
    unk_token_id unsloth_fixed unsloth_version use_3d_rope use_base_siglip use_bfloat16
    use_bidirectional_attention use_cache use_clipped_linears use_embedding_sharing
    use_flash_attention use_flash_attn use_image_id use_image_newline_parameter use_mean_pooling
    use_mm_proj use_parallel_embedding use_qk_norm use_reentrant_checkpointing use_sliding_window
    use_thumbnail use_unified_vision_chunk video_attn_type video_placeholder video_seq_length
    video_token_id video_token_index vision_end_token_id vision_feature_layer
    vision_feature_select_strategy vision_soft_tokens_per_image vision_start_token_id
    vision_token_id vision_use_head vocab_size weight_share_add_bias xla_device xpos
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  /// Endings of keys that change nothing.
  static let silentEndings = ["_token_id", "_token_index", "_token_ids", "_dropout", "_eps"]

  /// Whether a key changes nothing.
  static func isSilent(_ key: String) -> Bool {
    silent.contains(key) || silentEndings.contains { key.hasSuffix($0) }
  }
}

extension ConfigurationKeys.Requirement {
  fileprivate init(allowed: [ConfigurationValue], reason: String, modelTypes: Set<String>) {
    self.allowed = allowed
    self.reason = reason
    self.modelTypes = modelTypes
  }
}

extension ConfigurationReader {
  /// Judges what nobody asked for in the parts that were read.
  ///
  /// A key that changes the architecture becomes a problem; one that nobody knows is listed in
  /// ``unknownKeys``.
  func judgeRest() {
    for part in parts.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      guard case .mapping(let members)? = part.isEmpty ? root : root[part] else { continue }
      let modelType: String
      if case .text(let named)? = members["model_type"] {
        modelType = named
      } else {
        modelType = modelTypes[part] ?? ""
      }
      for (key, value) in members.sorted(by: { $0.key < $1.key }) where value != .null {
        let path = part + [key]
        // What a family reads, it counts.
        guard !asked.contains(path) else { continue }
        let requirements = (ConfigurationKeys.requirements[key] ?? [])
          .filter { $0.applies(to: modelType) }
        for requirement in requirements where !requirement.allowed.contains(value) {
          report(
            .unsupported, path,
            "'\(path.joined(separator: "."))' is \(value.summary): \(requirement.reason), "
              + "and there is no closed form for that here")
        }
        if !requirements.isEmpty || ConfigurationKeys.isSilent(key)
          || ConfigurationKeys.requirements[key] != nil
        {
          continue
        }
        noteUnknown(path)
      }
    }
  }

  /// The names of keys that are read or known to change nothing.
  public var knownKeys: [String] {
    Set(asked.compactMap(\.last)).union(ConfigurationKeys.silent).sorted()
  }
}
