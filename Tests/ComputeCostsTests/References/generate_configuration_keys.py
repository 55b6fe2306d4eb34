#!/usr/bin/env python3
"""What each key of a configuration changes: writes configuration_keys.json.

What: a tiny configuration of each supported model type is built with transformers, and
built again with one key of its configuration class changed, for every key that the class
has (root, text, vision and perceiver parts).  Parameters are counted by part, products by
torch.utils.flop_counter.FlopCounterMode, as generate_siblings.py counts them.  A record has
the configuration, and what the reference class makes of it; a change that the class does
not accept is left out.  `classes` lists every key of every class, for the test that each
is read, refused, or known to change nothing.

Versions: torch 2.15.0, transformers 5.24.0, Python 3.  How to run (minutes, no network):

    python generate_configuration_keys.py
"""

import copy
import json
import os
import sys

import generate_siblings as count
from transformers import PreTrainedConfig
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

TEXT = {"hidden_size": 32, "intermediate_size": 48, "num_attention_heads": 4, "num_hidden_layers": 3,
        "num_key_value_heads": 2, "vocab_size": 64, "bos_token_id": 1, "eos_token_id": 2,
        "pad_token_id": 0, "max_position_embeddings": 4096}
CLIP = {"model_type": "clip_vision_model", "hidden_size": 16, "image_size": 28, "intermediate_size": 24,
        "num_attention_heads": 2, "num_hidden_layers": 3, "patch_size": 7, "projection_dim": 8}
SIGLIP = {"model_type": "siglip_vision_model", "hidden_size": 16, "image_size": 28,
          "intermediate_size": 24, "num_attention_heads": 2, "num_hidden_layers": 3, "patch_size": 7,
          "vision_use_head": False}
PIXTRAL = {"model_type": "pixtral", "hidden_size": 16, "image_size": 56, "intermediate_size": 24,
           "num_attention_heads": 2, "num_hidden_layers": 3, "patch_size": 7, "head_dim": 8}
MROPE = {"rope_type": "default", "mrope_section": [2, 1, 1]}
QWEN2 = {**TEXT, "rope_parameters": {**MROPE, "rope_theta": 10000.0}}
QWEN3 = {**QWEN2, "head_dim": 8}
EXPERTS = {"num_experts": 6, "num_experts_per_tok": 2, "moe_intermediate_size": 20}


def llava(model_type, **text):
    return {"model_type": "llava", "image_token_index": 60, "vision_config": CLIP,
            "text_config": {"model_type": model_type, **TEXT, **text}}


BASES = {
    "llava": llava("llama"),
    "llava-mistral": llava("mistral", sliding_window=8, head_dim=8),
    "llava-mixtral": llava("mixtral", num_local_experts=6, num_experts_per_tok=2),
    "llava-qwen2": llava("qwen2"),
    "llava-qwen3": llava("qwen3", head_dim=8),
    "llava-qwen3-moe": llava("qwen3_moe", head_dim=8, **EXPERTS),
    "llava-gemma": llava("gemma", head_dim=8),
    "llava-gemma2": llava("gemma2", head_dim=8, sliding_window=8),
    "llava-phi3": llava("phi3"),
    "llava-siglip": {**llava("llama"), "vision_config": SIGLIP, "vision_feature_select_strategy": "full",
                     "vision_feature_layer": -1},
    "pixtral": {**llava("mistral", head_dim=8, sliding_window=None), "vision_config": PIXTRAL,
                "vision_feature_layer": -1, "vision_feature_select_strategy": "full"},
    "llava_next": {**llava("llama"), "model_type": "llava_next",
                   "image_grid_pinpoints": [[28, 56], [56, 28], [56, 56]]},
    "llava_onevision": {**llava("qwen2"), "model_type": "llava_onevision", "vision_config": SIGLIP,
                        "video_token_index": 61,
                        "image_grid_pinpoints": [[28, 56], [56, 28], [56, 56]]},
    "internvl": {"model_type": "internvl", "image_token_id": 60,
                 "text_config": {"model_type": "qwen2", **TEXT}, "tie_word_embeddings": False,
                 "vision_config": {"model_type": "internvl_vision", "hidden_size": 16,
                                   "image_size": [28, 28], "intermediate_size": 24,
                                   "num_attention_heads": 2, "num_hidden_layers": 3,
                                   "patch_size": [7, 7]}},
    "gemma3": {"model_type": "gemma3", "image_token_index": 60, "boi_token_index": 61,
               "eoi_token_index": 62, "mm_tokens_per_image": 4, "vision_config": SIGLIP,
               "text_config": {"model_type": "gemma3_text", **TEXT, "head_dim": 8,
                               "num_hidden_layers": 7, "sliding_window": 8}},
    "paligemma": {"model_type": "paligemma", "image_token_index": 60, "projection_dim": 32,
                  "vision_config": SIGLIP,
                  "text_config": {"model_type": "gemma", **TEXT, "head_dim": 8}},
    "idefics2": {"model_type": "idefics2", "image_token_id": 60,
                 "text_config": {"model_type": "mistral", **TEXT, "head_dim": 8},
                 "vision_config": {**SIGLIP, "model_type": "idefics2_vision"},
                 "perceiver_config": {"model_type": "idefics2_perceiver", "resampler_n_latents": 4,
                                      "resampler_depth": 2, "resampler_n_heads": 4,
                                      "resampler_head_dim": 8, "num_key_value_heads": 2}},
    "idefics3": {"model_type": "idefics3", "image_token_id": 60, "scale_factor": 2,
                 "text_config": {"model_type": "llama", **TEXT},
                 "vision_config": {**SIGLIP, "model_type": "idefics3_vision"}},
    "smolvlm": {"model_type": "smolvlm", "image_token_id": 60, "scale_factor": 2,
                "text_config": {"model_type": "llama", **TEXT},
                "vision_config": {**SIGLIP, "model_type": "smolvlm_vision"}},
    "mistral3": {"model_type": "mistral3", "image_token_index": 10, "vision_config": PIXTRAL,
                 "tie_word_embeddings": False,
                 "text_config": {"model_type": "mistral", **TEXT, "head_dim": 8,
                                 "sliding_window": None}},
    "mllama": {"model_type": "mllama", "image_token_index": 60,
               "text_config": {"model_type": "mllama_text_model", **TEXT,
                               "num_hidden_layers": 4, "cross_attention_layers": [2],
                               "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0}},
               "vision_config": {"model_type": "mllama_vision_model", "hidden_size": 16,
                                 "image_size": 28, "intermediate_size": 24, "attention_heads": 2,
                                 "num_hidden_layers": 3, "num_global_layers": 1, "patch_size": 7,
                                 "max_num_tiles": 4, "vision_output_dim": 48,
                                 "intermediate_layers_indices": [0, 2]}},
    "qwen2_vl": {"model_type": "qwen2_vl", "text_config": {"model_type": "qwen2_vl_text", **QWEN2},
                 "image_token_id": 60, "video_token_id": 61, "vision_start_token_id": 62,
                 "vision_end_token_id": 63,
                 "vision_config": {"model_type": "qwen2_vl_vision", "depth": 3, "embed_dim": 16,
                                   "hidden_size": 32, "mlp_ratio": 3, "num_heads": 2,
                                   "patch_size": 7}},
    "qwen2_5_vl": {"model_type": "qwen2_5_vl",
                   "text_config": {"model_type": "qwen2_5_vl_text", **QWEN2},
                   "image_token_id": 60, "video_token_id": 61, "vision_start_token_id": 62,
                   "vision_end_token_id": 63,
                   "vision_config": {"model_type": "qwen2_5_vl_vision", "depth": 3, "hidden_size": 16,
                                     "intermediate_size": 24, "out_hidden_size": 32, "num_heads": 2,
                                     "patch_size": 7, "window_size": 56,
                                     "fullatt_block_indexes": [1]}},
    "qwen3_vl": {"model_type": "qwen3_vl", "text_config": {"model_type": "qwen3_vl_text", **QWEN3},
                 "image_token_id": 60, "video_token_id": 61, "vision_start_token_id": 62,
                 "vision_end_token_id": 63,
                 "vision_config": {"model_type": "qwen3_vl_vision", "depth": 3, "hidden_size": 16,
                                   "intermediate_size": 24, "out_hidden_size": 32, "num_heads": 2,
                                   "patch_size": 7, "num_position_embeddings": 36,
                                   "deepstack_visual_indexes": [0, 1]}},
    "qwen3_vl_moe": {"model_type": "qwen3_vl_moe",
                     "text_config": {"model_type": "qwen3_vl_moe_text", **QWEN3, **EXPERTS},
                     "image_token_id": 60, "video_token_id": 61, "vision_start_token_id": 62,
                     "vision_end_token_id": 63,
                     "vision_config": {"model_type": "qwen3_vl_moe_vision", "depth": 3,
                                       "hidden_size": 16, "intermediate_size": 24,
                                       "out_hidden_size": 32, "num_heads": 2, "patch_size": 7,
                                       "num_position_embeddings": 36,
                                       "deepstack_visual_indexes": [0, 1]}},
}
# Language models that are forms of others: only their own part is varied, within LLaVA.
FORMS = {
    "ministral3": {"head_dim": 8}, "ministral": {"head_dim": 8}, "granite": {}, "smollm3": {},
    "helium": {"head_dim": 8}, "ernie4_5": {"head_dim": 8}, "seed_oss": {"head_dim": 8},
    "exaone4": {"head_dim": 8}, "hunyuan_v1_dense": {"head_dim": 8},
}
for form, extra in FORMS.items():
    BASES["llava-" + form] = llava(form, **extra)

# What every class has: names of labels and tokens, and what the framework does with outputs.
COMMON = set(PreTrainedConfig().to_dict()) | {
    "dtype", "torch_dtype", "bos_token_id", "eos_token_id", "pad_token_id"}
# Words that a key may have.
WORDS = {"hidden_act": ["relu"], "hidden_activation": ["relu"], "projector_hidden_act": ["relu"],
         "norm_type": ["rms_norm"], "vision_feature_select_strategy": ["full", "default"],
         "vision_aspect_ratio": ["anyres_max_4"]}
# Values for keys whose default says too little of what they may be.
VALUES = {"sliding_window": [4], "head_dim": [12], "query_pre_attn_scalar": [4],
          "final_logit_softcapping": [30.0], "attn_logit_softcapping": [50.0],
          "use_bidirectional_attention": [True], "vision_feature_layer": [-2, [-1, -2]],
          "mlp_only_layers": [[1]], "fullatt_block_indexes": [[0, 2]],
          "deepstack_visual_indexes": [[2]], "cross_attention_layers": [[1, 2]],
          "intermediate_layers_indices": [[1]], "patch_size": [], "image_size": [],
          "spatial_merge_size": [], "num_channels": [1], "in_channels": [1],
          "layer_types": [["full_attention", "sliding_attention", "full_attention"]],
          "window_size": [28], "layer_scale_init_value": [0.2], "rope_parameters": [],
          "supported_aspect_ratios": [], "num_key_value_heads": [1, 4], "image_grid_pinpoints": [],
          "scale_factor": [], "downsample_ratio": [], "mm_tokens_per_image": []}
PARTS = ["", "text_config", "vision_config", "perceiver_config"]


def variants(key, default):
    if key in VALUES:
        return VALUES[key]
    if key in WORDS:
        return [w for w in WORDS[key] if w != default]
    if isinstance(default, bool):
        return [not default]
    if isinstance(default, int):
        return [default * 2] if default else [1]
    if isinstance(default, float):
        return [default / 2 if default else 0.1]
    if default is None:
        return [True]
    return []


def spec(config):
    kind, patch = config["model_type"], config["vision_config"]["patch_size"]
    patch = patch[0] if isinstance(patch, list) else patch
    if kind.startswith("qwen"):
        return count._grid(patch, (1, 8, 12))
    if kind in ("llava_next", "llava_onevision"):
        return count._anyres(50, 30)
    if config["vision_config"]["model_type"] == "pixtral" or kind == "idefics2":
        return count._packed((28, 42))
    if kind in ("idefics3", "smolvlm"):
        return count._frames(1, 28)
    return count._size(1, 28)


count.CONNECTORS["smolvlm"] = ("model.connector",)
# What the weights say, not the configuration.
count.is_tied = lambda m: m.get_output_embeddings().weight is m.get_input_embeddings().weight


def made(config):
    """What the reference makes of a configuration."""
    kind = config["model_type"]
    experts = "batched_mm" if any("expert" in k for k in config["text_config"]) else None
    model = count.build(config, experts)
    params = count.parameters(model)
    prefill = count.prefill_record(model, "", 24, 17)
    result = {"parameters": [params["vision_encoder"], params["connector"] + params["other"],
                             params["llm_without_embeddings_and_head"], params["embed_tokens"],
                             params["lm_head"]],
              "layers": prefill["llm_layers_flops"],
              "head": prefill["lm_head_last_token_flops"],
              "decode": prefill["decode"]["llm_layers_flops"], "vision": None}
    try:
        if kind == "smolvlm":
            model.config.model_type = "idefics3"
        vision = count.vision_record(model, "", spec(config))
        result["vision"] = [vision["vision_encoder_flops"], vision["connector_flops"],
                            vision["vision_tokens_to_llm"]]
    except Exception:
        pass  # the model cannot run: sizes of its parts do not fit
    return result


def main():
    records, classes, skipped = [], {}, []
    for name, base in BASES.items():
        records.append({"name": name, "key": None, **made(base)})
        hf = CONFIG_MAPPING[base["model_type"]].from_dict(copy.deepcopy(base)).to_dict()
        for part in PARTS:
            if part and part not in hf:
                continue
            values = hf[part] if part else hf
            keys = [k for k in values if k not in COMMON and not k.endswith("_config")]
            classes.setdefault(values["model_type"], []).extend(
                k for k in keys if k not in classes.get(values["model_type"], []))
            if name.startswith("llava-") and part != "text_config" and name != "llava-siglip":
                continue
            for key in keys:
                for value in variants(key, values[key]):
                    config = copy.deepcopy(base)
                    (config.setdefault(part, {}) if part else config)[key] = value
                    try:
                        records.append({"name": name, "key": ".".join(filter(None, [part, key])),
                                        "value": value, **made(config)})
                    except Exception as error:
                        skipped.append([name, part, key, value, f"{type(error).__name__}: {error}"[:90]])
        print(name, len(records), file=sys.stderr, flush=True)
    # Where embedding and head share weights: in the root, in the text part, in both or neither.
    for name, base in BASES.items():
        for root in (None, False, True):
            for text in (None, False, True):
                config = copy.deepcopy(base)
                config.pop("tie_word_embeddings", None)
                if root is not None:
                    config["tie_word_embeddings"] = root
                if text is not None:
                    config["text_config"]["tie_word_embeddings"] = text
                records.append({"name": name, "key": "tie_word_embeddings", "value": [root, text],
                                **made(config)})
    meta = {"generator": "generate_configuration_keys.py", "torch": count.torch.__version__,
            "transformers": count.transformers.__version__, "n_vision": 24, "n_text": 17,
            "not_accepted": skipped}
    line = lambda x: json.dumps(x, separators=(",", ":"))
    out = os.path.join(os.path.dirname(os.path.abspath(__file__)), "configuration_keys.json")
    with open(out, "w") as f:
        f.write('{"meta":' + line(meta) + ',\n"classes":' + line(classes) + ',\n"bases":{\n'
                + ",\n".join(line(k) + ":" + line(b) for k, b in BASES.items())
                + '\n},\n"records":[\n')
        f.write(",\n".join(line(r) for r in records) + "\n]}\n")
    print(len(records), len(skipped), os.path.getsize(out), file=sys.stderr)


if __name__ == "__main__":
    main()
