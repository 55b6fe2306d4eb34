#!/usr/bin/env python3
"""Independent FLOP and parameter counts for sibling models: writes siblings.json.

What: for vision-language models that are siblings of the ones in the project's
oracle (same families, other sizes; plus Pixtral, Idefics2 and mixture-of-experts
language models), every matrix product of the transformers implementation is counted
by torch.utils.flop_counter.FlopCounterMode.  Each model is built from the sparse
config.json in MODELS, as such a file is published, on the "meta" device (no weights
and no network), with attn_implementation="eager".  The "tiny-*" entries are built on
the CPU in float32 with a fixed seed, so that real tokens are routed to real experts.

Versions: torch 2.15.0, torchvision 0.29.2, transformers 5.23.0, Python 3.

How to run (about five minutes, one thread, no network):

    python generate_siblings.py                      # writes siblings.json beside this file
    python generate_siblings.py --only qwen2-vl-7b   # print the records of one model
    python generate_siblings.py --check ORACLE.json  # recount an oracle, compare every digit

The output is deterministic.  Nothing here shares code with the package under test:
it is what the package's closed forms are compared with.  The closed forms for
Idefics2, Pixtral and the mixtures of experts in closed_form_checks() are derived by
hand and asserted against the counts at every run.
"""

import argparse
import json
import os
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import torch
import torchvision
import transformers
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoModelForImageTextToText, DynamicCache, masking_utils
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

torch.set_num_threads(1)
# A mask is never a product.  On meta its values cannot be read, so never ask whether it is trivial.
masking_utils._ignore_bidirectional_mask_sdpa = lambda *args, **kwargs: False

# --------------------------------------------------------------------------- models
# "config" is the published-style config.json.  "hf_total" is the published total of
# safetensors parameters where it is known by heart (a check of the architecture).


def _vicuna(**kw):
    return {"_name_or_path": "lmsys/vicuna-13b-v1.5", "architectures": ["LlamaForCausalLM"],
            "max_position_embeddings": 4096, "model_type": "llama", "rms_norm_eps": 1e-05,
            "torch_dtype": "float16", "vocab_size": 32064, **kw}


CLIP_L = {"hidden_size": 1024, "image_size": 336, "intermediate_size": 4096,
          "model_type": "clip_vision_model", "num_attention_heads": 16, "num_hidden_layers": 24,
          "patch_size": 14, "projection_dim": 768, "vocab_size": 32000}
PINPOINTS_NEXT = [[336, 672], [672, 336], [672, 672], [1008, 336], [336, 1008]]
PINPOINTS_OV = [[384 * i, 384 * j] for i in range(1, 7) for j in range(1, 7)]
SIGLIP_OV = {"hidden_size": 1152, "image_size": 384, "intermediate_size": 4304,
             "model_type": "siglip_vision_model", "num_attention_heads": 16,
             "num_hidden_layers": 26, "patch_size": 14, "vision_use_head": False}
SIGLIP_GEMMA3 = {"hidden_size": 1152, "image_size": 896, "intermediate_size": 4304,
                 "model_type": "siglip_vision_model", "num_attention_heads": 16,
                 "num_hidden_layers": 27, "patch_size": 14, "vision_use_head": False}
MLLAMA_VISION = {
    "attention_heads": 16, "hidden_act": "gelu", "hidden_size": 1280, "image_size": 560,
    "intermediate_layers_indices": [3, 7, 15, 23, 30], "intermediate_size": 5120,
    "max_num_tiles": 4, "model_type": "mllama_vision_model", "norm_eps": 1e-05,
    "num_channels": 3, "num_global_layers": 8, "num_hidden_layers": 32, "patch_size": 14,
    "supported_aspect_ratios": [[1, 1], [1, 2], [1, 3], [1, 4], [2, 1], [2, 2], [3, 1], [4, 1]],
    "torch_dtype": "bfloat16", "vision_output_dim": 7680}


def _llava(text, **kw):
    return {"architectures": ["LlavaForConditionalGeneration"], "ignore_index": -100,
            "image_token_index": 32000, "model_type": "llava", "pad_token_id": 32001,
            "projector_hidden_act": "gelu", "text_config": text, "tie_word_embeddings": False,
            "torch_dtype": "float16", "vision_config": dict(CLIP_L),
            "vision_feature_layer": -2, "vision_feature_select_strategy": "default",
            "vocab_size": 32064, **kw}


def _llava_next(text, token, **kw):
    return {"architectures": ["LlavaNextForConditionalGeneration"], "ignore_index": -100,
            "image_grid_pinpoints": PINPOINTS_NEXT, "image_token_index": token,
            "model_type": "llava_next", "projector_hidden_act": "gelu", "text_config": text,
            "tie_word_embeddings": False, "torch_dtype": "float16",
            "use_image_newline_parameter": True, "vision_config": dict(CLIP_L),
            "vision_feature_layer": -2, "vision_feature_select_strategy": "default", **kw}


def _onevision(text, tie):
    return {"architectures": ["LlavaOnevisionForConditionalGeneration"], "ignore_index": -100,
            "image_grid_pinpoints": PINPOINTS_OV, "image_token_index": 151646,
            "model_type": "llava_onevision", "projector_hidden_act": "gelu",
            "text_config": {"_name_or_path": "Qwen/Qwen2", "architectures": ["Qwen2ForCausalLM"],
                            "bos_token_id": 151643, "eos_token_id": 151645,
                            "max_position_embeddings": 32768, "max_window_layers": 24,
                            "model_type": "qwen2", "rope_theta": 1000000.0,
                            "torch_dtype": "bfloat16", "vocab_size": 152000, **text},
            "tie_word_embeddings": tie, "torch_dtype": "float16",
            "use_image_newline_parameter": True, "video_token_index": 151647,
            "vision_aspect_ratio": "anyres_max_9", "vision_config": dict(SIGLIP_OV),
            "vision_feature_layer": -1, "vision_feature_select_strategy": "full"}


def _qwen2_vl(vision_hidden, **kw):
    return {"architectures": ["Qwen2VLForConditionalGeneration"], "attention_dropout": 0.0,
            "bos_token_id": 151643, "eos_token_id": 151645, "vision_start_token_id": 151652,
            "vision_end_token_id": 151653, "vision_token_id": 151654, "image_token_id": 151655,
            "video_token_id": 151656, "hidden_act": "silu", "initializer_range": 0.02,
            "max_position_embeddings": 32768, "model_type": "qwen2_vl", "rms_norm_eps": 1e-06,
            "rope_theta": 1000000.0, "sliding_window": 32768, "tie_word_embeddings": False,
            "torch_dtype": "bfloat16", "use_cache": True, "use_sliding_window": False,
            "vision_config": {"depth": 32, "embed_dim": 1280, "mlp_ratio": 4, "num_heads": 16,
                              "in_chans": 3, "hidden_size": vision_hidden, "patch_size": 14,
                              "spatial_merge_size": 2, "spatial_patch_size": 14,
                              "temporal_patch_size": 2},
            "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}, **kw}


def _qwen25_vl(vision_f, out, **kw):
    return {"architectures": ["Qwen2_5_VLForConditionalGeneration"], "attention_dropout": 0.0,
            "bos_token_id": 151643, "eos_token_id": 151645, "vision_start_token_id": 151652,
            "vision_end_token_id": 151653, "vision_token_id": 151654, "image_token_id": 151655,
            "video_token_id": 151656, "hidden_act": "silu", "initializer_range": 0.02,
            "max_position_embeddings": 128000, "model_type": "qwen2_5_vl", "rms_norm_eps": 1e-06,
            "rope_theta": 1000000.0, "sliding_window": 32768, "tie_word_embeddings": False,
            "torch_dtype": "bfloat16", "use_cache": True, "use_sliding_window": False,
            "vision_config": {"depth": 32, "hidden_act": "silu", "hidden_size": 1280,
                              "intermediate_size": vision_f, "num_heads": 16, "in_chans": 3,
                              "out_hidden_size": out, "patch_size": 14, "spatial_merge_size": 2,
                              "spatial_patch_size": 14, "window_size": 112,
                              "fullatt_block_indexes": [7, 15, 23, 31], "tokens_per_second": 2,
                              "temporal_patch_size": 2},
            "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}, **kw}


def _qwen3_vl(text, vision, tie, moe=False):
    kind = "qwen3_vl_moe" if moe else "qwen3_vl"
    return {"architectures": ["Qwen3VLMoeForConditionalGeneration" if moe else "Qwen3VLForConditionalGeneration"],
            "image_token_id": 151655, "model_type": kind,
            "text_config": {"attention_bias": False, "attention_dropout": 0.0,
                            "bos_token_id": 151643, "eos_token_id": 151645, "head_dim": 128,
                            "hidden_act": "silu", "initializer_range": 0.02,
                            "max_position_embeddings": 262144, "model_type": kind + "_text",
                            "rms_norm_eps": 1e-06,
                            "rope_scaling": {"mrope_interleaved": True,
                                             "mrope_section": [24, 20, 20], "rope_type": "default"},
                            "rope_theta": 5000000, "use_cache": True, "vocab_size": 151936, **text},
            "tie_word_embeddings": tie, "video_token_id": 151656,
            "vision_config": {"hidden_act": "gelu_pytorch_tanh", "in_channels": 3,
                              "initializer_range": 0.02, "model_type": kind,
                              "num_heads": 16, "num_position_embeddings": 2304, "patch_size": 16,
                              "spatial_merge_size": 2, "temporal_patch_size": 2, **vision},
            "vision_end_token_id": 151653, "vision_start_token_id": 151652}


QWEN3_VISION_SMALL = {"deepstack_visual_indexes": [5, 11, 17], "depth": 24, "hidden_size": 1024,
                      "intermediate_size": 4096}
QWEN3_VISION_LARGE = {"deepstack_visual_indexes": [8, 16, 24], "depth": 27, "hidden_size": 1152,
                      "intermediate_size": 4304}


def _internvl(llm, big=False):
    vision = {"architectures": ["InternVisionModel"], "attention_dropout": 0.0,
              "drop_path_rate": 0.0, "dropout": 0.0, "hidden_act": "gelu", "hidden_size": 1024,
              "image_size": 448, "initializer_factor": 1.0, "initializer_range": 0.02,
              "intermediate_size": 4096, "layer_norm_eps": 1e-06, "model_type": "intern_vit_6b",
              "norm_type": "layer_norm", "num_attention_heads": 16, "num_channels": 3,
              "num_hidden_layers": 24, "patch_size": 14, "qk_normalization": False,
              "qkv_bias": True, "torch_dtype": "bfloat16", "use_flash_attn": True}
    if big:
        vision.update({"hidden_size": 3200, "intermediate_size": 12800, "norm_type": "rms_norm",
                       "num_attention_heads": 25, "num_hidden_layers": 45,
                       "qk_normalization": True, "qkv_bias": False})
    return {"architectures": ["InternVLChatModel"], "downsample_ratio": 0.5,
            "dynamic_image_size": True, "force_image_size": 448, "llm_config": llm,
            "max_dynamic_patch": 12, "min_dynamic_patch": 1, "model_type": "internvl_chat",
            "ps_version": "v2", "select_layer": -1, "template": "internvl2_5",
            "torch_dtype": "bfloat16", "use_backbone_lora": 0, "use_llm_lora": 0,
            "use_thumbnail": True, "vision_config": vision}


def _qwen2_llm(**kw):
    return {"architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0,
            "bos_token_id": 151643, "eos_token_id": 151643, "hidden_act": "silu",
            "initializer_range": 0.02, "max_position_embeddings": 32768, "model_type": "qwen2",
            "moe_config": None, "rms_norm_eps": 1e-06,
            "rope_scaling": {"factor": 2.0, "rope_type": "dynamic", "type": "dynamic"},
            "rope_theta": 1000000.0, "sliding_window": None, "tie_word_embeddings": False,
            "torch_dtype": "bfloat16", "use_cache": True, "use_sliding_window": False,
            "vocab_size": 151674, **kw}


def _gemma3(**text):
    return {"architectures": ["Gemma3ForConditionalGeneration"], "boi_token_index": 255999,
            "eoi_token_index": 256000, "eos_token_id": [1, 106], "image_token_index": 262144,
            "initializer_range": 0.02, "mm_tokens_per_image": 256, "model_type": "gemma3",
            "text_config": {"model_type": "gemma3_text",
                            "rope_scaling": {"factor": 8.0, "rope_type": "linear"},
                            "sliding_window": 1024, **text},
            "torch_dtype": "bfloat16", "vision_config": dict(SIGLIP_GEMMA3)}


def _smolvlm(text, vision, scale, vocab):
    return {"architectures": ["Idefics3ForConditionalGeneration"], "image_token_id": 49190,
            "model_type": "idefics3", "scale_factor": scale,
            "text_config": {"architectures": ["VLlama3ForCausalLM"], "bos_token_id": 1,
                            "eos_token_id": 2, "hidden_act": "silu", "max_position_embeddings": 8192,
                            "model_type": "llama", "pad_token_id": 2, "rms_norm_eps": 1e-05,
                            "rope_theta": 100000, "tie_word_embeddings": False,
                            "torch_dtype": "bfloat16", "vocab_size": vocab, **text},
            "tie_word_embeddings": False, "torch_dtype": "bfloat16", "use_cache": True,
            "vision_config": {"max_image_size": {"longest_edge": vision["image_size"]},
                              "model_type": "idefics3", "num_channels": 3, **vision},
            "vocab_size": vocab}


SO400M = {"hidden_size": 1152, "intermediate_size": 4304, "model_type": "siglip_vision_model",
          "num_attention_heads": 16, "num_hidden_layers": 27, "num_image_tokens": 256,
          "patch_size": 14, "vision_use_head": False}
MOE_TEXT_30B = {"decoder_sparse_step": 1, "hidden_size": 2048, "intermediate_size": 6144,
                "mlp_only_layers": [], "moe_intermediate_size": 768, "norm_topk_prob": True,
                "num_attention_heads": 32, "num_experts": 128, "num_experts_per_tok": 8,
                "num_hidden_layers": 48, "num_key_value_heads": 4}
MIXTRAL_8X7B = {"architectures": ["MixtralForCausalLM"], "hidden_size": 4096,
                "intermediate_size": 14336, "max_position_embeddings": 32768,
                "model_type": "mixtral", "num_attention_heads": 32, "num_experts_per_tok": 2,
                "num_hidden_layers": 32, "num_key_value_heads": 8, "num_local_experts": 8,
                "rms_norm_eps": 1e-05, "rope_theta": 1000000.0, "sliding_window": None,
                "torch_dtype": "bfloat16", "vocab_size": 32064}
GLM45V = {
    "architectures": ["Glm4vMoeForConditionalGeneration"], "image_token_id": 151363,
    "model_type": "glm4v_moe",
    "text_config": {"attention_bias": True, "first_k_dense_replace": 1, "hidden_act": "silu",
                    "hidden_size": 4096, "intermediate_size": 10944, "head_dim": 128,
                    "max_position_embeddings": 65536, "model_type": "glm4v_moe_text",
                    "moe_intermediate_size": 1408, "n_group": 1, "n_routed_experts": 128,
                    "n_shared_experts": 1, "norm_topk_prob": True, "num_attention_heads": 96,
                    "num_experts_per_tok": 8, "num_hidden_layers": 46, "num_key_value_heads": 8,
                    "partial_rotary_factor": 0.5, "rms_norm_eps": 1e-05,
                    "rope_scaling": {"mrope_section": [8, 12, 12], "type": "default"},
                    "rope_theta": 10000.0, "routed_scaling_factor": 1.0, "topk_group": 1,
                    "use_qk_norm": False, "vocab_size": 151552},
    "tie_word_embeddings": False, "video_token_id": 151364,
    "vision_config": {"attention_bias": False, "depth": 24, "hidden_act": "silu",
                      "hidden_size": 1536, "image_size": 336, "in_channels": 3,
                      "intermediate_size": 10944, "model_type": "glm4v_moe", "num_heads": 12,
                      "out_hidden_size": 4096, "patch_size": 14, "rms_norm_eps": 1e-05,
                      "spatial_merge_size": 2, "temporal_patch_size": 2}}


def _size(n, side):
    return {"images": n, "size": [side, side], "crops": n}


def _anyres(w, h):
    return {"images": 1, "size": [w, h], "size_order": "width,height"}


def _grid(patch, *grids):
    return {"images": len(grids), "grid_thw": [list(g) for g in grids], "patch": patch}


def _frames(k, side):
    return {"images": 1, "frames_incl_global": k, "size": [side, side]}


def _tiles(k):
    return {"images": 1, "tiles": k, "size": [448, 448]}


def _packed(*sizes):
    return {"images": len(sizes), "sizes_hw": [list(s) for s in sizes]}


PREFILL = [(0, 64), (576, 64), (2880, 512)]
GRIDS14 = [_grid(14, (1, 16, 16)), _grid(14, (1, 38, 70)), _grid(14, (1, 16, 16), (1, 46, 62)),
           _grid(14, (4, 20, 36))]
GRIDS16 = [_grid(16, (1, 16, 16)), _grid(16, (1, 38, 70)), _grid(16, (1, 16, 16), (1, 46, 62)),
           _grid(16, (4, 20, 36))]

MODELS = {
    "llava-1.5-13b": dict(
        repo="llava-hf/llava-1.5-13b-hf",
        config=_llava(_vicuna(hidden_size=5120, intermediate_size=13824, num_attention_heads=40,
                              num_hidden_layers=40, num_key_value_heads=40)),
        vision=[_size(1, 336), _size(3, 336)], prefill=PREFILL),
    "llava-next-mistral-7b": dict(
        repo="llava-hf/llava-v1.6-mistral-7b-hf", hf_total=7566747648,
        config=_llava_next({"_name_or_path": "mistralai/Mistral-7B-Instruct-v0.2",
                            "architectures": ["MistralForCausalLM"], "intermediate_size": 14336,
                            "max_position_embeddings": 32768, "model_type": "mistral",
                            "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
                            "rope_theta": 1000000.0, "sliding_window": None,
                            "torch_dtype": "bfloat16", "vocab_size": 32064},
                           32000, vocab_size=32064),
        vision=[_anyres(336, 336), _anyres(640, 480), _anyres(1920, 1080)], prefill=PREFILL),
    "llava-next-34b": dict(
        repo="llava-hf/llava-v1.6-34b-hf",
        config=_llava_next({"_name_or_path": "NousResearch/Nous-Hermes-2-Yi-34B",
                            "architectures": ["LlamaForCausalLM"], "eos_token_id": 7,
                            "hidden_size": 7168, "intermediate_size": 20480,
                            "max_position_embeddings": 4096, "model_type": "llama",
                            "num_attention_heads": 56, "num_hidden_layers": 60,
                            "num_key_value_heads": 8, "pad_token_id": 0, "rms_norm_eps": 1e-05,
                            "rope_theta": 5000000.0, "torch_dtype": "bfloat16",
                            "use_cache": False, "vocab_size": 64064},
                           64000, vocab_size=64064),
        vision=[_anyres(1024, 512)], prefill=PREFILL),
    "llava-onevision-qwen2-0.5b": dict(
        repo="llava-hf/llava-onevision-qwen2-0.5b-ov-hf",
        config=_onevision({"hidden_size": 896, "intermediate_size": 4864,
                           "num_attention_heads": 14, "num_hidden_layers": 24,
                           "num_key_value_heads": 2, "tie_word_embeddings": True}, True),
        vision=[_anyres(384, 384), _anyres(768, 1024), _anyres(1920, 1080)],
        prefill=PREFILL),
    "llava-onevision-qwen2-72b": dict(
        repo="llava-hf/llava-onevision-qwen2-72b-ov-hf",
        config=_onevision({"hidden_size": 8192, "intermediate_size": 29568,
                           "num_attention_heads": 64, "num_hidden_layers": 80,
                           "num_key_value_heads": 8, "tie_word_embeddings": False}, False),
        vision=[_anyres(640, 480)], prefill=PREFILL),
    "qwen2-vl-7b": dict(
        repo="Qwen/Qwen2-VL-7B-Instruct", hf_total=8291375616,
        config=_qwen2_vl(3584, hidden_size=3584, intermediate_size=18944, max_window_layers=28,
                         num_attention_heads=28, num_hidden_layers=28, num_key_value_heads=4,
                         vocab_size=152064),
        vision=GRIDS14, prefill=PREFILL),
    "qwen2-vl-72b": dict(
        repo="Qwen/Qwen2-VL-72B-Instruct", hf_total=73405560320,
        config=_qwen2_vl(8192, hidden_size=8192, intermediate_size=29568, max_window_layers=80,
                         num_attention_heads=64, num_hidden_layers=80, num_key_value_heads=8,
                         vocab_size=152064),
        vision=GRIDS14[:2], prefill=PREFILL),
    "qwen2.5-vl-3b": dict(
        repo="Qwen/Qwen2.5-VL-3B-Instruct", hf_total=3754622976,
        config=_qwen25_vl(3420, 2048, hidden_size=2048, intermediate_size=11008,
                          max_window_layers=70, num_attention_heads=16, num_hidden_layers=36,
                          num_key_value_heads=2, tie_word_embeddings=True, vocab_size=151936),
        vision=GRIDS14, prefill=PREFILL),
    "qwen2.5-vl-32b": dict(
        repo="Qwen/Qwen2.5-VL-32B-Instruct", hf_total=33452718336,
        config=_qwen25_vl(3456, 5120, hidden_size=5120, intermediate_size=27648,
                          max_window_layers=64, num_attention_heads=40, num_hidden_layers=64,
                          num_key_value_heads=8, vocab_size=152064),
        vision=GRIDS14[1:3], prefill=PREFILL),
    "qwen2.5-vl-72b": dict(
        repo="Qwen/Qwen2.5-VL-72B-Instruct", hf_total=73410777344,
        config=_qwen25_vl(3456, 8192, hidden_size=8192, intermediate_size=29568,
                          max_window_layers=80, num_attention_heads=64, num_hidden_layers=80,
                          num_key_value_heads=8, vocab_size=152064),
        vision=GRIDS14[:2] + GRIDS14[3:], prefill=PREFILL),
    "qwen3-vl-2b": dict(
        repo="Qwen/Qwen3-VL-2B-Instruct", hf_total=2127532032,
        config=_qwen3_vl({"hidden_size": 2048, "intermediate_size": 6144,
                          "num_attention_heads": 16, "num_hidden_layers": 28,
                          "num_key_value_heads": 8, "tie_word_embeddings": True},
                         {"out_hidden_size": 2048, **QWEN3_VISION_SMALL}, True),
        vision=GRIDS16, prefill=PREFILL),
    "qwen3-vl-4b": dict(
        repo="Qwen/Qwen3-VL-4B-Instruct", hf_total=4437815808,
        config=_qwen3_vl({"hidden_size": 2560, "intermediate_size": 9728,
                          "num_attention_heads": 32, "num_hidden_layers": 36,
                          "num_key_value_heads": 8, "tie_word_embeddings": True},
                         {"out_hidden_size": 2560, **QWEN3_VISION_SMALL}, True),
        vision=GRIDS16[:2], prefill=PREFILL),
    "internvl3-1b": dict(
        repo="OpenGVLab/InternVL3-1B",
        config=_internvl(_qwen2_llm(hidden_size=896, intermediate_size=4864, max_window_layers=21,
                                    num_attention_heads=14, num_hidden_layers=24,
                                    num_key_value_heads=2)),
        vision=[_tiles(1), _tiles(7)], prefill=PREFILL),
    "internvl3-2b": dict(
        repo="OpenGVLab/InternVL3-2B",
        config=_internvl(_qwen2_llm(hidden_size=1536, intermediate_size=8960, max_window_layers=21,
                                    num_attention_heads=12, num_hidden_layers=28,
                                    num_key_value_heads=2)),
        vision=[_tiles(1), _tiles(13)], prefill=PREFILL),
    "internvl2.5-8b": dict(
        repo="OpenGVLab/InternVL2_5-8B",
        config=_internvl({"architectures": ["InternLM2ForCausalLM"],
                          "attn_implementation": "flash_attention_2", "bias": False,
                          "bos_token_id": 1, "eos_token_id": 2, "hidden_act": "silu",
                          "hidden_size": 4096, "initializer_range": 0.02,
                          "intermediate_size": 14336, "max_position_embeddings": 32768,
                          "model_type": "internlm2", "num_attention_heads": 32,
                          "num_hidden_layers": 32, "num_key_value_heads": 8, "pad_token_id": 2,
                          "rms_norm_eps": 1e-05,
                          "rope_scaling": {"factor": 2.0, "type": "dynamic"},
                          "rope_theta": 1000000, "tie_word_embeddings": False,
                          "torch_dtype": "bfloat16", "use_cache": True, "vocab_size": 92553}),
        vision=[_tiles(1), _tiles(5)], prefill=PREFILL),
    "internvl3-38b": dict(
        repo="OpenGVLab/InternVL3-38B",
        config=_internvl(_qwen2_llm(hidden_size=5120, intermediate_size=27648,
                                    max_window_layers=64, num_attention_heads=40,
                                    num_hidden_layers=64, num_key_value_heads=8), big=True),
        vision=[_tiles(1), _tiles(4)], prefill=PREFILL),
    "gemma-3-12b": dict(
        repo="google/gemma-3-12b-it", hf_total=12187325040,
        config=_gemma3(hidden_size=3840, intermediate_size=15360, num_attention_heads=16,
                       num_hidden_layers=48, num_key_value_heads=8),
        vision=[_size(1, 896), _size(3, 896)], prefill=[(0, 64), (256, 64), (1024, 512)]),
    "gemma-3-27b": dict(
        repo="google/gemma-3-27b-it", hf_total=27432406640,
        config=_gemma3(head_dim=128, hidden_size=5376, intermediate_size=21504,
                       num_attention_heads=32, num_hidden_layers=62, num_key_value_heads=16,
                       query_pre_attn_scalar=168),
        vision=[_size(1, 896), _size(2, 896)], prefill=[(0, 64), (1024, 0), (2880, 512)]),
    "paligemma-3b-224": dict(
        repo="google/paligemma-3b-pt-224", hf_total=2923466480,
        config={"architectures": ["PaliGemmaForConditionalGeneration"], "bos_token_id": 2,
                "eos_token_id": 1, "hidden_size": 2048, "ignore_index": -100,
                "image_token_index": 257152, "model_type": "paligemma", "pad_token_id": 0,
                "projection_dim": 2048,
                "text_config": {"hidden_size": 2048, "intermediate_size": 16384,
                                "model_type": "gemma", "num_attention_heads": 8,
                                "num_hidden_layers": 18, "num_image_tokens": 256,
                                "num_key_value_heads": 1, "torch_dtype": "float32",
                                "vocab_size": 257216},
                "torch_dtype": "float32",
                "vision_config": {"projection_dim": 2048, "projector_hidden_act": "gelu_fast",
                                  **SO400M}},
        vision=[{"images": n, "size": [224, 224]} for n in (1, 3)], prefill=[(256, 0), (256, 64), (1024, 512)]),
    "paligemma2-3b-224": dict(
        repo="google/paligemma2-3b-pt-224",
        config={"architectures": ["PaliGemmaForConditionalGeneration"], "bos_token_id": 2,
                "eos_token_id": 1, "hidden_size": 2304, "image_token_index": 257152,
                "model_type": "paligemma", "num_hidden_layers": 26, "pad_token_id": 0,
                "projection_dim": 2304,
                "text_config": {"architectures": ["Gemma2ForCausalLM"], "hidden_size": 2304,
                                "intermediate_size": 9216, "model_type": "gemma2",
                                "num_attention_heads": 8, "num_hidden_layers": 26,
                                "num_image_tokens": 256, "num_key_value_heads": 4,
                                "query_pre_attn_scalar": 256, "sliding_window": 4096,
                                "torch_dtype": "bfloat16", "vocab_size": 257216},
                "torch_dtype": "bfloat16",
                "vision_config": {"num_positions": 256, "projection_dim": 2304, **SO400M}},
        vision=[{"images": n, "size": [224, 224]} for n in (1, 2)], prefill=[(256, 0), (256, 64), (4096, 512)]),
    "smolvlm-500m": dict(
        repo="HuggingFaceTB/SmolVLM-500M-Instruct", hf_total=507482304,
        config=_smolvlm({"head_dim": 64, "hidden_size": 960, "intermediate_size": 2560,
                         "num_attention_heads": 15, "num_hidden_layers": 32,
                         "num_key_value_heads": 5},
                        {"hidden_size": 768, "image_size": 512, "intermediate_size": 3072,
                         "num_attention_heads": 12, "num_hidden_layers": 12, "patch_size": 16},
                        4, 49280),
        vision=[_frames(1, 512), _frames(13, 512)], prefill=PREFILL),
    "smolvlm-2.2b": dict(
        repo="HuggingFaceTB/SmolVLM-Instruct", hf_total=2246272880,
        config=_smolvlm({"head_dim": 64, "hidden_size": 2048, "intermediate_size": 8192,
                         "num_attention_heads": 32, "num_hidden_layers": 24,
                         "num_key_value_heads": 32},
                        {"hidden_size": 1152, "image_size": 384, "intermediate_size": 4304,
                         "num_attention_heads": 16, "num_hidden_layers": 27, "patch_size": 14},
                        3, 49155),
        vision=[_frames(1, 384), _frames(17, 384)], prefill=PREFILL),
    "pixtral-12b": dict(
        repo="mistral-community/pixtral-12b",
        config={"architectures": ["LlavaForConditionalGeneration"], "ignore_index": -100,
                "image_seq_length": 1, "image_token_index": 10, "model_type": "llava",
                "projector_hidden_act": "gelu",
                "text_config": {"head_dim": 128, "hidden_size": 5120, "intermediate_size": 14336,
                                "is_composition": True, "max_position_embeddings": 1024000,
                                "model_type": "mistral", "num_hidden_layers": 40,
                                "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
                                "rope_theta": 1000000000.0, "sliding_window": None,
                                "vocab_size": 131072},
                "torch_dtype": "bfloat16",
                "vision_config": {"head_dim": 64, "hidden_act": "silu", "image_size": 1024,
                                  "is_composition": True, "model_type": "pixtral",
                                  "patch_size": 16, "rope_theta": 10000.0,
                                  "tie_word_embeddings": False},
                "vision_feature_layer": -1, "vision_feature_select_strategy": "full"},
        vision=[_packed((512, 512)), _packed((768, 1024)),
                _packed((256, 512), (768, 1024)), _packed((1024, 336), (336, 1024), (64, 64))],
        prefill=PREFILL),
    "idefics2-8b": dict(
        repo="HuggingFaceM4/idefics2-8b", hf_total=8402768112,
        config={"architectures": ["Idefics2ForConditionalGeneration"], "image_token_id": 32001,
                "model_type": "idefics2", "perceiver_config": {"model_type": "idefics2"},
                "text_config": {"max_position_embeddings": 32768, "model_type": "mistral",
                                "pad_token_id": 0, "rms_norm_eps": 1e-05, "vocab_size": 32003},
                "tie_word_embeddings": False, "torch_dtype": "float32", "use_cache": True,
                "vision_config": {"hidden_size": 1152, "image_size": 980,
                                  "intermediate_size": 4304, "model_type": "idefics2",
                                  "num_attention_heads": 16, "num_hidden_layers": 27,
                                  "patch_size": 14}},
        vision=[_packed((378, 378)), _packed((653, 980)), _packed((378, 504), (980, 735)),
                # 640 x 480 and 1920 x 1080 as the processor splits and resizes them
                _packed(*[(378, 378)] * 4, (480, 640)), _packed(*[(540, 960)] * 4, (551, 980))],
        prefill=[(0, 64), (64, 64), (320, 512), (4480, 512)]),
    "llama-3.2-90b-vision": dict(
        repo="meta-llama/Llama-3.2-90B-Vision-Instruct",
        config={"architectures": ["MllamaForConditionalGeneration"], "image_token_index": 128256,
                "model_type": "mllama",
                "text_config": {"bos_token_id": 128000,
                                "cross_attention_layers": list(range(3, 100, 5)), "dropout": 0,
                                "eos_token_id": [128001, 128008, 128009], "hidden_act": "silu",
                                "hidden_size": 8192, "initializer_range": 0.02,
                                "intermediate_size": 28672, "max_position_embeddings": 131072,
                                "model_type": "mllama_text_model", "num_attention_heads": 64,
                                "num_hidden_layers": 100, "num_key_value_heads": 8,
                                "pad_token_id": 128004, "rms_norm_eps": 1e-05,
                                "rope_scaling": {"factor": 8.0, "high_freq_factor": 4.0,
                                                 "low_freq_factor": 1.0,
                                                 "original_max_position_embeddings": 8192,
                                                 "rope_type": "llama3"},
                                "rope_theta": 500000.0, "tie_word_embeddings": False,
                                "torch_dtype": "bfloat16", "use_cache": True, "vocab_size": 128256},
                "torch_dtype": "bfloat16", "vision_config": MLLAMA_VISION},
        vision=[{"images": n, "tiles_padded": 4 * n, "size": [560, 560],
                 "note": "HF pads every image to max_num_tiles=4 tiles"} for n in (1, 2)],
        prefill=[(0, 64), (6404, 64), (12808, 512)]),
    "qwen3-vl-30b-a3b": dict(
        repo="Qwen/Qwen3-VL-30B-A3B-Instruct", hf_total=31070754032,
        experts="batched_mm",
        config=_qwen3_vl({**MOE_TEXT_30B, "tie_word_embeddings": False},
                         {"out_hidden_size": 2048, **QWEN3_VISION_LARGE}, False, moe=True),
        vision=GRIDS16[:2], prefill=PREFILL),
    "glm-4.5v": dict(
        repo="zai-org/GLM-4.5V", experts="batched_mm", config=GLM45V,
        vision=[_grid(14, (1, 16, 16)), _grid(14, (1, 46, 62))], prefill=PREFILL),
    "llava-mixtral-8x7b": dict(
        repo="(none: the LLaVA-NeXT classes around Mixtral-8x7B)", experts="batched_mm",
        config=_llava_next(dict(MIXTRAL_8X7B), 32000),
        vision=[_anyres(640, 480)], prefill=PREFILL),
    # Real tensors on the CPU, the plain loop over the experts that were hit.
    "tiny-qwen3-vl-moe": dict(
        repo="(none: small dimensions)", tiny=True, experts="eager",
        config=_qwen3_vl({**MOE_TEXT_30B, "head_dim": 24, "hidden_size": 64,
                          "intermediate_size": 112, "mlp_only_layers": [1],
                          "moe_intermediate_size": 40, "num_attention_heads": 6,
                          "num_experts": 16, "num_experts_per_tok": 4, "num_hidden_layers": 4,
                          "num_key_value_heads": 2, "vocab_size": 500, "bos_token_id": 1,
                          "eos_token_id": 2, "max_position_embeddings": 4096,
                          "rope_scaling": {"mrope_interleaved": True, "mrope_section": [4, 4, 4],
                                           "rope_type": "default"},
                          "tie_word_embeddings": False},
                         {"out_hidden_size": 64, "depth": 3, "hidden_size": 48,
                          "intermediate_size": 80, "deepstack_visual_indexes": [0, 1],
                          "num_heads": 4, "num_position_embeddings": 64}, False, moe=True),
        vision=[_grid(16, (1, 8, 12)), _grid(16, (1, 4, 6), (1, 10, 4))],
        prefill=[(0, 16), (24, 17), (64, 33)]),
    "tiny-glm4v-moe": dict(
        repo="(none: small dimensions)", tiny=True, experts="eager",
        config={**GLM45V,
                "text_config": {**GLM45V["text_config"], "hidden_size": 64, "head_dim": 16,
                                "intermediate_size": 112, "first_k_dense_replace": 2,
                                "max_position_embeddings": 4096, "moe_intermediate_size": 24,
                                "n_routed_experts": 12, "n_shared_experts": 2,
                                "num_attention_heads": 6, "num_experts_per_tok": 3,
                                "num_hidden_layers": 5, "num_key_value_heads": 2,
                                "rope_scaling": {"mrope_section": [2, 1, 1], "type": "default"},
                                "vocab_size": 500},
                "vision_config": {**GLM45V["vision_config"], "depth": 3, "hidden_size": 48,
                                  "intermediate_size": 112, "num_heads": 4,
                                  "out_hidden_size": 64}},
        vision=[_grid(14, (1, 8, 12))], prefill=[(0, 16), (24, 17), (64, 33)]),
    "tiny-llava-mixtral": dict(
        repo="(none: small dimensions)", tiny=True, experts="eager",
        config=_llava_next({**MIXTRAL_8X7B, "hidden_size": 64, "head_dim": 16,
                            "intermediate_size": 96, "max_position_embeddings": 4096,
                            "num_attention_heads": 4, "num_hidden_layers": 3,
                            "num_key_value_heads": 2, "vocab_size": 500}, 490,
                           vision_config={**CLIP_L, "hidden_size": 48, "intermediate_size": 80,
                                          "num_attention_heads": 4, "num_hidden_layers": 4,
                                          "projection_dim": 32}),
        vision=[_anyres(640, 480)], prefill=[(0, 16), (24, 17), (64, 33)]),
}


# --------------------------------------------------------------------------- building

def from_internvl_chat(c):
    """The remote-code `internvl_chat` config as transformers' own `internvl` config."""
    v, t = c["vision_config"], dict(c["llm_config"])
    t.pop("attn_implementation", None)
    if t["model_type"] == "internlm2":  # llama with a fused qkv: the same products
        t = {**t, "model_type": "llama", "attention_bias": t.pop("bias", False)}
    t.pop("rope_scaling", None)
    assert not c.get("use_backbone_lora") and c["select_layer"] == -1
    return {"model_type": "internvl", "downsample_ratio": c["downsample_ratio"],
            "image_token_id": 0, "tie_word_embeddings": t.get("tie_word_embeddings", False),
            "vision_feature_layer": -1, "text_config": t,
            "vision_config": {"attention_bias": v["qkv_bias"], "hidden_size": v["hidden_size"],
                              "image_size": [v["image_size"]] * 2,
                              "intermediate_size": v["intermediate_size"],
                              "model_type": "internvl_vision", "norm_type": v["norm_type"],
                              "num_attention_heads": v["num_attention_heads"],
                              "num_hidden_layers": v["num_hidden_layers"],
                              "patch_size": [v["patch_size"]] * 2,
                              "use_qk_norm": v["qk_normalization"]}}


def is_tied(model):
    return bool(getattr(model.config, "tie_word_embeddings", False))


def build(config, experts=None, device="meta"):
    config = json.loads(json.dumps(config))
    if config["model_type"] == "internvl_chat":
        config = from_internvl_chat(config)
    hf = CONFIG_MAPPING[config["model_type"]].from_dict(config)
    kw = {"experts_implementation": experts} if experts else {}
    torch.manual_seed(20250101)
    with torch.device(device):
        model = AutoModelForImageTextToText.from_config(
            hf, attn_implementation="eager", dtype=torch.float32, **kw)
    model.eval()
    if device == "cpu":  # routers are created as zeros: make routing non-trivial
        for p in model.parameters():
            p.data.normal_(0.0, 0.05)
    if is_tied(model):
        model.tie_weights()
    model.requires_grad_(False)
    return model


# --------------------------------------------------------------------------- counting

class Counter(FlopCounterMode):
    """FlopCounterMode that also books each product under (part, kind) of the innermost module."""

    def __init__(self, model, connector):
        super().__init__(display=False)
        self.stack, self.books, self.by_module = [], {}, {}
        self.connector = connector
        self.hooks = []
        for name, module in model.named_modules():
            self.hooks.append(module.register_forward_pre_hook(self._enter(name, module)))
            self.hooks.append(module.register_forward_hook(self._leave, always_call=True))

    def _enter(self, name, module):
        def hook(*_):
            self.stack.append((name, module))
        return hook

    def _leave(self, *_):
        self.stack.pop()

    def close(self):
        for h in self.hooks:
            h.remove()

    def _kind(self):
        if not self.stack:
            return "other:function"
        module = self.stack[-1][1]
        cls = type(module).__name__
        if isinstance(module, nn.Linear):
            # Mixtral's and others' routers are modules of their own or Linears called "gate"
            return "router" if self.stack[-1][0].endswith(".mlp.gate") else "linear"
        if isinstance(module, (nn.Conv2d, nn.Conv3d)):
            return "conv_patch_embed" if "patch" in self.stack[-1][0] else "conv"
        if cls.endswith("Experts"):
            return "experts"
        if cls.endswith("Router"):
            return "router"
        if cls.endswith("Attention"):
            return "attention"
        return "other:" + cls

    def _count_flops(self, func_packet, out, args, kwargs):
        if func_packet in self.flop_registry:
            flops = int(self.flop_registry[func_packet](*args, **kwargs, out_val=out))
            names = [n for n, _ in self.stack]
            part = "connector" if any(n.startswith(p) for n in names for p in self.connector) else "main"
            key = (part, self._kind())
            self.books[key] = self.books.get(key, 0) + flops
            for n in set(names):
                self.by_module[n] = self.by_module.get(n, 0) + flops
        return super()._count_flops(func_packet, out, args, kwargs)


def counted(model, fn):
    counter = Counter(model, CONNECTORS[model.config.model_type])
    try:
        with torch.no_grad(), counter:
            result = fn()
    finally:
        counter.close()
    books = {"main": {}, "connector": {}}
    for (part, kind), flops in counter.books.items():
        books[part][kind] = flops
    assert sum(sum(b.values()) for b in books.values()) == counter.get_total_flops()
    return result, books, counter


QWEN = ("model.visual.merger", "model.visual.deepstack_merger_list")
PROJECTOR = ("model.multi_modal_projector",)
CONNECTORS = {
    "llava": PROJECTOR, "llava_next": PROJECTOR, "llava_onevision": PROJECTOR,
    "internvl": PROJECTOR, "gemma3": PROJECTOR, "paligemma": PROJECTOR, "mistral3": PROJECTOR,
    "mllama": PROJECTOR, "idefics2": ("model.connector",), "idefics3": ("model.connector",),
    "qwen2_vl": QWEN, "qwen2_5_vl": QWEN, "qwen3_vl": QWEN, "qwen3_vl_moe": QWEN,
    "glm4v_moe": ("model.visual.merger", "model.visual.downsample"),
}
TOWERS = ("model.visual.", "model.vision_tower.", "model.vision_model.")


def parameters(model):
    connector = tuple(p + "." for p in CONNECTORS[model.config.model_type])
    head = model.get_output_embeddings().weight
    embed = model.get_input_embeddings().weight
    llm = language_model(model)
    text = {id(p) for p in llm.parameters()}
    tied = is_tied(model)
    out = {"total": 0, "connector": 0, "vision_encoder": 0, "embed_tokens": 0, "lm_head": 0,
           "tied": tied, "llm_without_embeddings_and_head": 0, "other": 0}
    for name, p in model.named_parameters():  # a tied head is listed once, as the embedding
        n = p.numel()
        if p is embed:
            part = "embed_tokens"
        elif p is head:
            part = "lm_head"
        elif name.startswith(connector):
            part = "connector"
        elif name.startswith(TOWERS):
            part = "vision_encoder"
        elif id(p) in text:
            part = "llm_without_embeddings_and_head"
        else:
            part = "other"
        out["total"] += n
        out[part] += n
    assert tied == (out["lm_head"] == 0)
    return out


def language_model(model):
    m = model.model
    return m.text_model if hasattr(m, "text_model") else m.language_model


# ---- vision -----------------------------------------------------------------------

def dev(model):
    return next(model.parameters()).device


def zeros(model, *shape):
    if dev(model).type == "meta":
        return torch.empty(*shape, device="meta")
    return torch.randn(*shape, generator=torch.Generator().manual_seed(7))


def run_vision(model, spec):
    """Returns (segment lengths, tokens to the LLM, what was really run) and runs the encoder."""
    kind, cfg, m = model.config.model_type, model.config, model.model
    v = cfg.vision_config
    if kind in ("qwen2_vl", "qwen2_5_vl", "qwen3_vl", "qwen3_vl_moe", "glm4v_moe"):
        grid = torch.tensor(spec["grid_thw"])
        patches = int(grid.prod(-1).sum())
        x = zeros(model, patches, 3 * v.temporal_patch_size * v.patch_size ** 2)
        kw = {}
        if dev(model).type == "meta":  # index tensors cannot be mixed with meta ones: pass them
            kw["position_ids"] = torch.empty(patches, 2, dtype=torch.long, device="meta")
            if kind.startswith("qwen3"):
                kw["interp_indices"] = torch.empty(patches, 4, dtype=torch.long, device="meta")
                kw["interp_weights"] = torch.empty(patches, 4, device="meta")
            if kind == "glm4v_moe":  # its position embedding only samples and adds
                m.visual.embeddings.forward = lambda hidden, *_: hidden
        out = m.visual(x, grid_thw=grid, return_dict=True, **kw)
        seqs = [h * w for t, h, w in spec["grid_thw"] for _ in range(t)]
        return seqs, out.pooler_output.shape[0], {}
    if kind in ("llava_next", "llava_onevision"):
        from transformers.models.llava_next.modeling_llava_next import image_size_to_num_patches
        w, h = spec["size"]
        size = torch.tensor([[h, w]])
        crops = image_size_to_num_patches((h, w), cfg.image_grid_pinpoints, v.image_size)
        x = zeros(model, 1, crops, 3, v.image_size, v.image_size)
        kw = {"vision_aspect_ratio": cfg.vision_aspect_ratio} if kind == "llava_onevision" else {}
        out = m.get_image_features(x, image_sizes=size, return_dict=True, **kw)
        cls = 1 if v.model_type == "clip_vision_model" else 0
        s = (v.image_size // v.patch_size) ** 2 + cls
        return [s] * crops, sum(o.shape[0] for o in out.pooler_output), {"crops": crops}
    if kind in ("llava", "mistral3") and v.model_type == "pixtral":
        sizes = spec["sizes_hw"]
        hh, ww = max(s[0] for s in sizes), max(s[1] for s in sizes)
        x = zeros(model, len(sizes), 3, hh, ww)
        out = m.vision_tower(x, image_sizes=sizes, return_dict=True)
        feats = out.last_hidden_state
        if kind == "mistral3":
            feats = m.multi_modal_projector(feats.squeeze(0), sizes)
        else:
            feats = m.multi_modal_projector(feats)
        n = sum((h // v.patch_size) * (w // v.patch_size) for h, w in sizes)
        extra = {} if spec.get("_oracle") else {"padded_hw": [hh, ww]}
        return [n], feats[..., 0].numel(), extra
    if kind == "idefics2":
        # get_image_features only drops all-zero padding images and builds this mask
        sizes, p = spec["sizes_hw"], v.patch_size
        hh, ww = max(s[0] for s in sizes), max(s[1] for s in sizes)
        mask = torch.zeros(len(sizes), hh // p, ww // p, dtype=torch.bool)
        for i, (h, w) in enumerate(sizes):
            mask[i, : h // p, : w // p] = True
        mask = mask.to(dev(model))
        out = m.vision_model(pixel_values=zeros(model, len(sizes), 3, hh, ww),
                             patch_attention_mask=mask, return_dict=True)
        feats = m.connector(out.last_hidden_state, attention_mask=mask.view(len(sizes), -1))
        s = (hh // p) * (ww // p)
        return [s] * len(sizes), feats.shape[0] * feats.shape[1], {"padded_hw": [hh, ww]}
    if kind == "idefics3":
        n, side = spec["frames_incl_global"], v.image_size
        mask = torch.ones(n, side // v.patch_size, side // v.patch_size, dtype=torch.bool,
                          device=dev(model))
        out = m.vision_model(pixel_values=zeros(model, n, 3, side, side),
                             patch_attention_mask=mask, return_dict=True)
        feats = m.connector(out.last_hidden_state)
        return [(side // v.patch_size) ** 2] * n, feats.shape[0] * feats.shape[1], {}
    if kind == "mllama":
        n, t = spec["images"], v.max_num_tiles
        d = dev(model)
        out = m.vision_model(
            pixel_values=zeros(model, 1, n, t, 3, v.image_size, v.image_size),
            aspect_ratio_ids=torch.ones(1, n, dtype=torch.long, device=d),
            aspect_ratio_mask=torch.ones(1, n, t, dtype=torch.long, device=d), return_dict=True)
        feats = m.multi_modal_projector(out.last_hidden_state)
        p = (v.image_size // v.patch_size) ** 2 + 1
        return [t * (p + (8 - p % 8) % 8)] * n, feats[..., 0].numel(), {}
    # one square crop or tile each: llava, internvl, gemma3, paligemma
    n = spec.get("tiles", spec.get("crops", spec["images"]))
    side = spec["size"][0]
    out = m.get_image_features(zeros(model, n, 3, side, side), return_dict=True)
    feats = out.pooler_output
    tokens = sum(o.numel() // o.shape[-1] for o in feats)
    patch = v.patch_size if isinstance(v.patch_size, int) else v.patch_size[0]
    cls = 1 if kind == "internvl" or v.model_type == "clip_vision_model" else 0
    return [(side // patch) ** 2 + cls] * n, tokens, {}


def last_layer_name(model):
    """The last encoder layer, for every family with one list of them."""
    best = None
    for name, module in model.named_modules():
        if (isinstance(module, nn.ModuleList) and name.startswith(TOWERS)
                and name.rsplit(".", 1)[-1] in ("layers", "layer", "blocks")
                and "connector" not in name):
            best = f"{name}.{len(module) - 1}"
    return best


def vision_record(model, mid, spec):
    (seqs, tokens, extra), books, counter = counted(model, lambda: run_vision(model, spec))
    encoder, connector = books["main"], books["connector"]
    shown = {k: x for k, x in {**spec, **extra}.items() if not k.startswith("_")}
    record = {"kind": "vision", "model": mid, "input": shown, "encoder_seq_lens": seqs,
              "vision_tokens_to_llm": tokens, "vision_encoder_flops": sum(encoder.values()),
              "vision_encoder_split": encoder, "connector_flops": sum(connector.values()),
              "connector_split": connector,
              "total": sum(encoder.values()) + sum(connector.values()),
              "last_encoder_layer_flops": counter.by_module[last_layer_name(model)]}
    return record


# ---- language model ---------------------------------------------------------------

def prefill_record(model, mid, n_vision, n_text, spread=False):
    text = model.config.get_text_config()
    llm, d = language_model(model), text.hidden_size
    cross = model.config.model_type == "mllama"
    length = n_text if cross else n_vision + n_text
    cache = DynamicCache(config=text)

    def forward(n, start):
        kw = {}
        if cross and n_vision:
            if start == 0:
                kw["cross_attention_states"] = zeros(model, 1, n_vision, d)
            kw["cross_attention_mask"] = zeros(model, 1, 1, n, n_vision)
            kw["full_text_row_masked_out_mask"] = zeros(model, 1, 1, n, 1)
        pos = torch.arange(start, start + n, device=dev(model))[None]
        return llm(inputs_embeds=zeros(model, 1, n, d), position_ids=pos,
                   past_key_values=cache, use_cache=True, **kw)

    _, books, counter = counted(model, lambda: forward(length, 0))
    split = books["main"]
    head = model.get_output_embeddings()

    def lm_head(n):
        return counted(model, lambda: head(zeros(model, 1, n, d)))[2].get_total_flops()

    record = {"kind": "prefill", "model": mid, "n_vision": n_vision, "n_text": n_text,
              "L": length, "batch": 1, "llm_layers_flops": sum(split.values()), "split": split}
    if cross:
        names = [f"model.language_model.layers.{i}.cross_attn" for i in text.cross_attention_layers]
        block = sum(counter.by_module.get(n, 0) for n in names)
        record["cross_attention_kv_len"] = n_vision
        record["cross_attention_block_flops"] = block
        h_e = text.num_attention_heads * (d // text.num_attention_heads)
        record["cross_attention_matmul_flops"] = len(names) * 4 * length * n_vision * h_e
    record["lm_head_last_token_flops"] = lm_head(1)
    record["lm_head_all_positions_flops"] = lm_head(length)
    _, books, _ = counted(model, lambda: forward(1, length))
    split = books["main"]
    lens = [int(layer.keys.shape[-2]) for layer in cache.layers
            if getattr(layer, "keys", None) is not None and layer.keys.numel()]
    record["decode"] = {"context_before": length, "kv_len_seen": length + 1,
                        "llm_layers_flops": sum(split.values()), "split": split,
                        "lm_head_flops": record["lm_head_last_token_flops"],
                        "cache_len_per_layer_after": lens if len(set(lens)) > 1 else lens[:1]}
    return record


# --------------------------------------------------------------------------- by hand

def layer_linear(d, h, k, e):
    return 2 * (2 * d * h * e + 2 * d * k * e)


def closed_form_checks(records):
    """Idefics2, Pixtral and mixtures of experts, derived by hand, against the counts."""
    done = 0

    def same(a, b, what):
        nonlocal done
        assert a == b, (what, a, b, a - b)
        done += 1

    for r in records:
        if r["kind"] == "vision" and r["model"] == "idefics2-8b":
            n, (hh, ww) = r["input"]["images"], r["input"]["padded_hw"]
            s, dv, f, layers = (hh // 14) * (ww // 14), 1152, 4304, 27
            enc = n * (layers * (s * 2 * (4 * dv * dv + 2 * dv * f) + 4 * s * s * dv)
                       + s * 2 * 3 * 14 * 14 * dv)
            same(r["vision_encoder_flops"], enc, "idefics2 encoder")
            d, ft, q, h, k, e = 4096, 14336, 64, 16, 4, 96
            depth = (q * 2 * d * h * e + (s + q) * 2 * 2 * d * k * e + 4 * q * (s + q) * h * e
                     + q * 2 * h * e * d + q * 2 * 3 * d * 4 * d)
            con = n * (s * 2 * (2 * dv * ft + ft * d) + 3 * depth)
            same(r["connector_flops"], con, "idefics2 connector")
        if r["kind"] == "vision" and r["model"] == "pixtral-12b":
            sizes, (hh, ww) = r["input"]["sizes_hw"], r["input"]["padded_hw"]
            n, dv, f, d = sum((a // 16) * (b // 16) for a, b in sizes), 1024, 4096, 5120
            conv = len(sizes) * (hh // 16) * (ww // 16) * 2 * 3 * 256 * dv
            enc = conv + 24 * (n * 2 * (4 * dv * dv + 3 * dv * f) + 4 * n * n * dv)
            same(r["vision_encoder_flops"], enc, "pixtral encoder")
            same(r["connector_flops"], n * 2 * (dv * d + d * d), "pixtral connector")
        if r["kind"] == "vision" and r["model"] in ("glm-4.5v", "tiny-glm4v-moe"):
            c = MODELS[r["model"]]["config"]["vision_config"]
            dv, out, inter, p = c["hidden_size"], c["out_hidden_size"], c["intermediate_size"], 14
            segs = r["encoder_seq_lens"]
            n = sum(segs)
            # the blocks' gated MLP is out_hidden_size wide, the merger's intermediate_size wide
            enc = (n * 2 * 3 * 2 * p * p * dv + c["depth"] * (
                n * 2 * (4 * dv * dv + 3 * dv * out) + sum(4 * s * s * dv for s in segs)))
            same(r["vision_encoder_flops"], enc, "glm4v encoder")
            con = n // 4 * 2 * (4 * dv * out + out * out + 3 * out * inter)
            same(r["connector_flops"], con, "glm4v connector")
        if r["kind"] == "prefill" and "experts" in r["split"]:
            c = MODELS[r["model"]]["config"]["text_config"]
            d, h, k = c["hidden_size"], c["num_attention_heads"], c["num_key_value_heads"]
            e, layers = c.get("head_dim", d // h), c["num_hidden_layers"]
            fm = c.get("moe_intermediate_size", c["intermediate_size"])
            total = c.get("num_experts", c.get("n_routed_experts", c.get("num_local_experts")))
            dense = len(c.get("mlp_only_layers", [])) + c.get("first_k_dense_replace", 0)
            active, shared = c["num_experts_per_tok"], c.get("n_shared_experts", 0)
            sparse = layers - dense
            for part, t, kv in ((r, r["L"], r["L"]), (r["decode"], 1, r["L"] + 1)):
                want = {"experts": t * sparse * active * 2 * 3 * d * fm,
                        "router": t * sparse * 2 * d * total,
                        "attention": layers * 4 * t * kv * h * e,
                        "linear": t * (layers * layer_linear(d, h, k, e)
                                       + dense * 2 * 3 * d * c["intermediate_size"]
                                       + sparse * shared * 2 * 3 * d * fm)}
                same(part["split"], want, "moe " + r["model"])
    return done


def experts_implementations():
    """The tiny mixture of experts under each kernel that transformers offers, on the CPU."""
    out = {}
    for name in ("eager", "batched_mm", "grouped_mm"):
        model = build(MODELS["tiny-qwen3-vl-moe"]["config"], name, "cpu")
        out[name] = prefill_record(model, "", 24, 17)["split"]
    return out


# --------------------------------------------------------------------------- output

META = {
    "torch": torch.__version__, "torchvision": torchvision.__version__,
    "transformers": transformers.__version__,
    "generator": "generate_siblings.py",
    "device": "meta; tiny-* entries: cpu, float32, fixed seed, normal weights",
    "flops_per_mac": 2,
    "counted": "FlopCounterMode registry (mm, addmm, bmm, baddbmm, convolution); not counted: norms, softmax, activations, rotary, bias adds, residuals, pooling, interpolation, embedding lookups, routing's top-k, image preprocessing, sampling",
    "attention": "attn_implementation='eager': the full q_len x kv_len rectangle, no discount for causal, sliding or block-diagonal masks in prefill; GQA counts num_attention_heads",
    "split": "by the innermost module: linear, attention, conv_patch_embed, conv (a merging convolution), experts (routed), router; shared experts and dense layers are linear; other:X is a bare product in module X",
    "lm_head": "not in llm_layers_flops; last position and all positions given apart",
    "prefill": "L tokens enter the decoder in one forward with an empty cache, batch 1 (mllama: L = text only, n_vision cross-attention states)",
    "decode": "one token with context_before cached; sliding layers see min(context_before + 1, window) keys; cache_len_per_layer_after has one number if all layers agree, and transformers keeps window - 1",
    "vision": "encoder_seq_lens: padded length of each segment as run; Pixtral packs all images into one; last_encoder_layer_flops: all layers run, whatever vision_feature_layer says",
    "idefics2": "sizes_hw: images as resized by the processor; all images of a request are padded to padded_hw and encoded, resampled and paid at that size (floor(h/14) * floor(w/14) patches each); all-zero padding images are dropped before the encoder. With do_image_splitting an image is its 4 quarters and itself, each resized on its own (longest edge at most 980, then each edge at least 378, which may change the aspect ratio), then padded together. The sparse mistral text_config has no sliding_window: the class default of 4096 holds on every layer (decode record with 4992 cached)",
    "pixtral": "the convolution runs on images padded to padded_hw, everything after it on the true patches of all images, attention over (sum of patches) squared",
    "moe": "each token goes to exactly num_experts_per_tok routed experts, none dropped, so the experts' products are active * tokens * 2 * 3 * d * f_moe however tokens spread; the router's 2 * d * num_experts a token is counted and listed; shared experts run for every token. tiny-*: the eager loop over experts on real tensors; the full-size entries: experts_implementation='batched_mm' on meta (the same totals). experts_implementation='grouped_mm', which transformers picks by default, hides the experts from FlopCounterMode altogether: see experts_implementations.",
    "mllama": "cross_attention_block_flops: the cross_attn modules only (q, k, v, o, QK, AV), their layers' MLPs not included; the encoder contains other:MllamaVisionModel, the mask's outer product, 2 * (4 * 1608)^2 an image: an artefact",
    "checked": "--check reproduces all 263 records and the parameters of the 13 non-remote-code models of the project's oracle (all but phi-3.5-vision)",
    "config": "published-style sparse config.json from public knowledge, not a download; known_total_params is the published safetensors total where known, known_matches says whether the class built from this config agrees",
}


def compute(mid):
    entry = MODELS[mid]
    model = build(entry["config"], entry.get("experts"), "cpu" if entry.get("tiny") else "meta")
    params = parameters(model)
    known = entry.get("hf_total")
    info = {"model_type": entry["config"]["model_type"], "hf_repo": entry["repo"],
            "transformers_class": type(model).__name__, "params": params,
            "known_total_params": known,
            "known_matches": None if known is None else known == params["total"],
            "config": entry["config"]}
    records = [vision_record(model, mid, s) for s in entry["vision"]]
    records += [prefill_record(model, mid, a, b) for a, b in entry["prefill"]]
    return info, records


def check(path, only=None):
    """Recounts every record of an oracle in this format; phi3_v is remote code and skipped."""
    oracle = json.load(open(path))
    bad = good = 0
    for mid, info in oracle["models"].items():
        if only and mid != only:
            continue
        if info["config"]["model_type"] not in CONNECTORS:
            print(f"{mid}: skipped ({info['config']['model_type']})")
            continue
        model = build(info["config"])
        ours = parameters(model)
        wrong = [] if ours == info["params"] else [("params", ours, info["params"])]
        n = 0
        for r in oracle["records"]:
            if r["model"] != mid:
                continue
            if r["kind"] == "vision":
                mine = vision_record(model, mid, {**r["input"], "_oracle": True})
            else:
                mine = prefill_record(model, mid, r["n_vision"], r["n_text"])
            n += 1
            keys = [k for k in r if mine.get(k) != r[k]]
            if keys:
                wrong.append((r["kind"], r.get("input", r.get("L")),
                              {k: (mine.get(k), r[k]) for k in keys}))
        good, bad = good + n - len(wrong), bad + len(wrong)
        print(f"{mid}: {n} records, {len(wrong)} differ", flush=True)
        for w in wrong[:3]:
            print("   ", str(w)[:600])
    print(f"equal {good}, different {bad}")
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", metavar="ORACLE.json")
    parser.add_argument("--only", metavar="MODEL")
    parser.add_argument("--out", default=os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                                      "siblings.json"))
    args = parser.parse_args()
    if args.check:
        sys.exit(1 if check(args.check, args.only) else 0)
    if args.only:
        info, records = compute(args.only)
        print(json.dumps(info["params"]), info["known_total_params"], info["known_matches"])
        for r in records:
            print(json.dumps(r))
        print("closed forms equal:", closed_form_checks(records))
        return
    models, records = {}, []
    for mid in MODELS:
        models[mid], new = compute(mid)
        records += new
        p = models[mid]["params"]["total"]
        print(f"{mid}: {p} parameters, known {models[mid]['known_matches']}", flush=True)
    checks = closed_form_checks(records)
    META["closed_form_checks"] = f"{checks} equalities (Idefics2, Pixtral, GLM-4.5V, mixtures of experts) hold to the digit"
    META["experts_implementations"] = {
        "note": "tiny-qwen3-vl-moe, n_vision 24, n_text 17, split under each kernel as FlopCounterMode sees it",
        **experts_implementations()}

    def line(x):
        return json.dumps(x, separators=(",", ":"))

    with open(args.out, "w") as f:
        f.write('{"meta":' + line(META) + ',\n"models":{\n')
        f.write(",\n".join(line(k) + ":" + line(x) for k, x in models.items()))
        f.write('\n},\n"records":[\n' + ",\n".join(line(r) for r in records) + "\n]}\n")
    print(f"{len(models)} models, {len(records)} records, {checks} closed forms equal, "
          f"{os.path.getsize(args.out)} bytes")


if __name__ == "__main__":
    main()
