"""DeepSeek-OCR: a page and tiles of it through SAM, convolutions and a second encoder. DeepSeek-VL2.

The first DeepSeek-OCR and DeepSeek-VL2 are in no class of the framework. The former's parts are those of
`unlimited_ocr`; the latter is put together of SigLIP, two layers and DeepSeek's language models.
"""

import torch
from transformers import AutoConfig, DeepseekV3Model, DynamicCache, SiglipVisionConfig, SiglipVisionModel
from transformers.models.deepseek_ocr2.modeling_deepseek_ocr2 import DeepseekOcr2TextModel

from tiny.base import Image, Tiny, counted, size, total
from tiny.latent import expanding, latent_text


def sam(rng, channels, last):
    """A small SAM whose last convolution gives so many channels."""
    count, layers = rng.choice([1, 2, 3]), rng.randint(1, 4)
    return {"hidden_size": count * rng.choice([8, 16]), "num_attention_heads": count, "num_hidden_layers": layers,
            "output_channels": rng.choice([8, 12]), "window_size": rng.choice([5, 7, 14]),
            "global_attn_indexes": sorted(rng.sample(range(layers), rng.randint(0, layers))), "mlp_dim": rng.choice([24, 40]),
            "qkv_bias": rng.random() < 0.7, "use_rel_pos": rng.random() < 0.7, "use_abs_pos": rng.random() < 0.7,
            "image_size": rng.choice([768, 1024]), "downsample_channels": [channels, last]}


def mixture_text(rng, kind):
    """DeepSeek's mixture with ordinary attention."""
    kv, groups, width = rng.choice([1, 2]), rng.choice([1, 2, 3]), rng.choice([8, 16])
    count, layers = rng.choice([4, 6, 8]), rng.randint(2, 4)
    return {"model_type": kind, "hidden_size": kv * groups * width, "num_attention_heads": kv * groups,
            "num_key_value_heads": kv, "num_hidden_layers": layers, "intermediate_size": rng.choice([56, 96]),
            "vocab_size": rng.choice([320, 501]), "n_routed_experts": count, "num_experts_per_tok": rng.randint(1, count),
            "n_shared_experts": rng.choice([1, 2]), "moe_intermediate_size": rng.choice([24, 40]),
            "attention_bias": rng.random() < 0.4, "mlp_bias": rng.random() < 0.4}


class OCR2(Tiny):
    recorded = 3
    published = {"deepseek-ocr-2": ("deepseek-community/DeepSeek-OCR-2", {
        "architectures": ["DeepseekOcr2ForConditionalGeneration"], "model_type": "deepseek_ocr2",
        "tie_word_embeddings": False,
        "text_config": {
            "model_type": "deepseek_ocr2_text", "attention_bias": False, "head_dim": 128, "hidden_size": 1280,
            "intermediate_size": 6848, "mlp_bias": False, "mlp_layer_types": ["dense"] + ["sparse"] * 11,
            "moe_intermediate_size": 896, "n_group": 1, "n_routed_experts": 64, "n_shared_experts": 2,
            "num_attention_heads": 10, "num_experts_per_tok": 6, "num_hidden_layers": 12, "num_key_value_heads": 10,
            "topk_group": 1, "topk_method": "greedy", "vocab_size": 129280},
        "vision_config": {
            "model_type": "deepseek_ocr2_vision",
            "encoder_config": {
                "model_type": "deepseek_ocr2_encoder", "hidden_size": 896, "intermediate_size": 4864,
                "num_attention_heads": 14, "num_hidden_layers": 24, "num_key_value_heads": 2},
            "sam_config": {
                "model_type": "deepseek_ocr2_sam_vision_model", "downsample_channels": [512, 896],
                "global_attn_indexes": [2, 5, 8, 11], "hidden_size": 768, "image_size": 1024, "mlp_ratio": 4.0,
                "num_attention_heads": 12, "num_hidden_layers": 12, "output_channels": 256, "patch_size": 16,
                "qkv_bias": True, "use_abs_pos": True, "use_rel_pos": True, "window_size": 14}}})}

    def draw(self, rng):
        kv, groups, width = rng.choice([1, 2]), rng.choice([1, 2]), rng.choice([8, 16])
        text = mixture_text(rng, "deepseek_ocr2_text")
        text["mlp_layer_types"] = [rng.choice(["dense", "sparse"]) for _ in range(text["num_hidden_layers"])]
        encoder = {"hidden_size": kv * groups * width, "num_attention_heads": kv * groups, "num_key_value_heads": kv,
                   "num_hidden_layers": rng.randint(1, 3), "intermediate_size": rng.choice([40, 64])}
        return {"model_type": "deepseek_ocr2", "text_config": text, "image_token_id": 5,
                "tie_word_embeddings": rng.random() < 0.5,
                "vision_config": {"encoder_config": encoder,
                                  "sam_config": sam(rng, rng.choice([8, 20]), encoder["hidden_size"])}}

    def image(self, rng, config):
        width, height, tiles = rng.choice([(700, 500, 0), (768, 2000, 3), (1600, 800, 2), (900, 900, 4)])
        return Image(width, height, 257 + 144 * tiles, {"tiles": tiles})

    def vision(self, model, image):
        run = lambda count, side: counted(lambda: model.model.vision_tower(torch.randn(count, 3, side, side)))
        parts = [run(1, 1024)] + ([run(image.inputs["tiles"], 768)] if image.inputs["tiles"] else [])
        connecting = [counted(lambda: model.model.multi_modal_projector(out.last_hidden_state))[0] for _, out in parts]
        return sum(total(counts) for counts, _ in parts), sum(total(counts) for counts in connecting)

    def vision_parameters(self, model):
        inner = model.model
        return size(inner.vision_tower), size(inner.multi_modal_projector) + inner.view_separator.numel()


def published_text(rng, text):
    """A language model's part as DeepSeek publishes it."""
    text.update(model_type="deepseek_v2", topk_method="greedy", scoring_func="softmax", moe_layer_freq=1, n_group=1)
    text.pop("rope_parameters", None)
    text.pop("mlp_bias", None)
    return text


class OCR(Tiny):
    recorded = 3
    published = {"deepseek-ocr": ("deepseek-ai/DeepSeek-OCR", {
        "architectures": ["DeepseekOCRForCausalLM"], "candidate_resolutions": [[1024, 1024]], "global_view_pos": "head",
        "model_type": "deepseek_vl_v2", "tile_tag": "2D",
        "language_config": {
            "architectures": ["DeepseekV2ForCausalLM"], "first_k_dense_replace": 1, "hidden_size": 1280,
            "intermediate_size": 6848, "kv_lora_rank": None, "lm_head": True, "moe_intermediate_size": 896, "n_group": 1,
            "n_routed_experts": 64, "n_shared_experts": 2, "num_attention_heads": 10, "num_experts_per_tok": 6,
            "num_hidden_layers": 12, "num_key_value_heads": 10, "q_lora_rank": None, "qk_nope_head_dim": 0,
            "qk_rope_head_dim": 0, "rm_head": False, "topk_group": 1, "topk_method": "greedy", "use_mla": False,
            "v_head_dim": 0, "vocab_size": 129280},
        "projector_config": {"input_dim": 2048, "model_type": "mlp_projector", "n_embed": 1280, "projector_type": "linear"},
        "vision_config": {
            "image_size": 1024, "mlp_ratio": 3.7362, "model_name": "deeplip_b_l", "model_type": "vision",
            "width": {
                "clip-l-14-224": {"heads": 16, "image_size": 224, "layers": 24, "patch_size": 14, "width": 1024},
                "sam_vit_b": {"downsample_channels": [512, 1024], "global_attn_indexes": [2, 5, 8, 11], "heads": 12,
                              "layers": 12, "width": 768}}}})}

    def draw(self, rng):
        count, trunk = rng.choice([1, 2, 4]), rng.choice([1, 2, 3])
        width, hidden, layers = count * rng.choice([8, 16]), trunk * rng.choice([8, 16]), rng.randint(1, 4)
        text = published_text(rng, mixture_text(rng, "deepseek_v2"))
        # The framework's class cannot group heads.
        text["num_key_value_heads"] = text["num_attention_heads"]
        text.update(use_mla=False, q_lora_rank=None, kv_lora_rank=None, qk_nope_head_dim=0, qk_rope_head_dim=0,
                    v_head_dim=0, first_k_dense_replace=rng.randint(0, text["num_hidden_layers"]), lm_head=True,
                    rm_head=False)
        return {"model_type": "deepseek_vl_v2", "architectures": ["DeepseekOCRForCausalLM"], "tile_tag": "2D",
                "global_view_pos": "head", "candidate_resolutions": [[1024, 1024]], **text,
                "model_type": "deepseek_vl_v2", "language_config": text,
                "projector_config": {"input_dim": 2 * width, "model_type": "mlp_projector",
                                     "n_embed": text["hidden_size"], "projector_type": "linear"},
                "vision_config": {
                    "image_size": 1024, "mlp_ratio": 3.7362, "model_name": "deeplip_b_l", "model_type": "vision",
                    "width": {"clip-l-14-224": {"heads": count, "image_size": 224, "layers": rng.randint(1, 3),
                                                "patch_size": 14, "width": width},
                              "sam_vit_b": {"downsample_channels": [rng.choice([8, 20]), width],
                                            "global_attn_indexes": sorted(rng.sample(range(layers), rng.randint(0, layers))),
                                            "heads": trunk, "layers": layers, "width": hidden}}}}

    def build(self, config):
        width, text = config["vision_config"]["width"], dict(config["language_config"])
        clip, sam = width["clip-l-14-224"], width["sam_vit_b"]
        text.update(model_type="unlimited_ocr_text")
        return super().build({
            "model_type": "unlimited_ocr", "text_config": text, "vision_config": {
                "sam_config": {"hidden_size": sam["width"], "num_hidden_layers": sam["layers"],
                               "num_attention_heads": sam["heads"], "mlp_dim": 4 * sam["width"],
                               "global_attn_indexes": sam["global_attn_indexes"],
                               "downsample_channels": sam["downsample_channels"]},
                "encoder_config": {"hidden_size": clip["width"], "num_hidden_layers": clip["layers"],
                                   "num_attention_heads": clip["heads"], "intermediate_size": 4 * clip["width"]}}})

    def image(self, rng, config):
        width, height, columns, rows = rng.choice(
            [(600, 500, 0, 0), (640, 1900, 1, 3), (1280, 640, 2, 1), (1300, 1300, 2, 2)])
        return Image(width, height, 273 + 10 * rows * (10 * columns + 1), {"tiles": rows * columns})

    def vision(self, model, image):
        run = lambda count, side: counted(lambda: model.model.vision_tower(torch.randn(count, 3, side, side)))
        parts = [run(1, 1024)] + ([run(image.inputs["tiles"], 640)] if image.inputs["tiles"] else [])
        connecting = [counted(lambda: model.model.multi_modal_projector(out.last_hidden_state))[0] for _, out in parts]
        return sum(total(counts) for counts, _ in parts), sum(total(counts) for counts in connecting)

    def unused(self, model):
        """CLIP's own patch embedding: in the checkpoint, in no class of the framework, and never run."""
        return 3 * 14 * 14 * model.config.vision_config.encoder_config.hidden_size

    def vision_parameters(self, model):
        inner = model.model
        return (size(inner.vision_tower) + self.unused(model),
                size(inner.multi_modal_projector) + inner.view_separator.numel() + inner.image_newline.numel())

    def parameters(self, model):
        return size(model) + self.unused(model)


class VL(Tiny):
    recorded = 3

    def draw(self, rng):
        count, groups, kv, patch = rng.choice([1, 2, 3]), rng.choice([1, 2]), rng.choice([1, 2]), rng.choice([14, 16])
        config = {"model_type": "deepseek_vl", "image_token_id": 5, "text_config": {
            "model_type": "llama", "hidden_size": 16 * groups * kv, "num_attention_heads": groups * kv,
            "num_key_value_heads": kv, "num_hidden_layers": rng.randint(1, 3), "intermediate_size": rng.choice([40, 72]),
            "vocab_size": 320, "head_dim": rng.choice([8, 16]), "attention_bias": rng.random() < 0.4,
            "mlp_bias": rng.random() < 0.4},
            "vision_config": {
                "model_type": "siglip_vision_model", "hidden_size": count * rng.choice([8, 16]), "image_size": 7 * patch + 3,
                "num_attention_heads": count, "num_hidden_layers": rng.randint(1, 3), "patch_size": patch,
                "intermediate_size": rng.choice([24, 40]), "vision_use_head": rng.random() < 0.5}}
        if rng.random() < 0.7:
            config["tie_word_embeddings"] = rng.random() < 0.5
        return config

    def image(self, rng, config):
        return Image(rng.randint(50, 900), rng.randint(50, 900), 49)

    def vision(self, model, image):
        side = model.config.vision_config.image_size
        encoder, out = counted(lambda: model.model.vision_model(torch.randn(1, 3, side, side)))
        connector, _ = counted(lambda: model.model.aligner(out.last_hidden_state))
        return total(encoder), total(connector)

    def vision_parameters(self, model):
        return size(model.model.vision_model), size(model.model.aligner)


# The sides of its canvases in tiles, width before height.
CANVASES = [(1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (1, 4), (4, 1), (2, 2), (1, 5), (5, 1), (1, 6), (6, 1), (2, 3), (3, 2),
            (1, 7), (7, 1), (1, 8), (8, 1), (2, 4), (4, 2), (1, 9), (9, 1), (3, 3)]


class VL2(Tiny):
    recorded = 3
    published = {"deepseek-vl2-small": ("deepseek-ai/deepseek-vl2-small", {
        "architectures": ["DeepseekVLV2ForCausalLM"], "model_type": "deepseek_vl_v2", "global_view_pos": "head",
        "candidate_resolutions": [[384 * width, 384 * height] for width, height in CANVASES], "tile_tag": "2D",
        "language_config": {
            "architectures": ["DeepseekV2ForCausalLM"], "first_k_dense_replace": 1, "hidden_size": 2048,
            "intermediate_size": 10944, "kv_lora_rank": 512, "lm_head": True, "model_type": "deepseek_v2",
            "moe_intermediate_size": 1408, "n_group": 1, "n_routed_experts": 64, "n_shared_experts": 2,
            "num_attention_heads": 16, "num_experts_per_tok": 6, "num_hidden_layers": 27, "num_key_value_heads": 16,
            "q_lora_rank": None, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "rm_head": False, "topk_group": 1,
            "topk_method": "greedy", "v_head_dim": 128, "vocab_size": 102400},
        "projector_config": {"model_type": "mlp_projector", "n_embed": 2048},
        "vision_config": {
            "layers": 27, "mlp_ratio": 3.7362, "model_name": "siglip_so400m_patch14_384", "model_type": "vision",
            "patch_size": 14, "width": 1152}})}

    def draw(self, rng):
        count, heads = rng.choice([1, 2, 3]), rng.random() < 0.7
        if heads:
            text = published_text(rng, latent_text(rng, "deepseek_v2"))
        else:
            text = published_text(rng, mixture_text(rng, "deepseek_v2"))
            text.update(use_mla=False, first_k_dense_replace=1, q_lora_rank=None, kv_lora_rank=None)
        width = count * rng.choice([16, 24])
        return {"model_type": "deepseek_vl_v2", "architectures": ["DeepseekVLV2ForCausalLM"], "tile_tag": "2D",
                "global_view_pos": "head", "candidate_resolutions": [[384, 384], [384, 768], [768, 384], [768, 768]],
                "language_config": text,
                "projector_config": {"input_dim": width, "model_type": "mlp_projector", "n_embed": text["hidden_size"]},
                "vision_config": {"layers": rng.randint(1, 3), "heads": count, "mlp_ratio": 3.7362, "patch_size": 14,
                                  "model_name": "siglip_so400m_patch14_384", "model_type": "vision", "width": width}}

    def build(self, config):
        torch.manual_seed(0)
        vision, text = config["vision_config"], dict(config["language_config"])
        model = torch.nn.Module()
        model.vision = SiglipVisionModel(SiglipVisionConfig(
            hidden_size=vision["width"], intermediate_size=int(vision["width"] * 3.7362), image_size=384, patch_size=14,
            num_hidden_layers=vision["layers"], num_attention_heads=vision.get("heads", 16), attn_implementation="eager")).eval()
        wide = text["hidden_size"]
        model.projector = torch.nn.Sequential(torch.nn.Linear(4 * vision["width"], wide), torch.nn.Linear(wide, wide))
        model.breaks = torch.nn.Parameter(torch.zeros(2, wide))
        # Its own class of latent attention takes even sizes only; that of DeepSeek-V3 is the same but for the router.
        text["model_type"] = "deepseek_v3"
        if not text.get("use_mla", True):
            text["model_type"] = "deepseek_ocr2_text"
            first = text.pop("first_k_dense_replace")
            text["mlp_layer_types"] = ["dense"] * first + ["sparse"] * (text["num_hidden_layers"] - first)
        settings = AutoConfig.for_model(**text)
        settings._attn_implementation = settings._experts_implementation = "eager"
        plain = text["model_type"] == "deepseek_ocr2_text"
        model.language = (DeepseekOcr2TextModel if plain else DeepseekV3Model)(settings).eval()
        model.head = torch.nn.Linear(wide, text["vocab_size"], bias=False)
        return model

    def image(self, rng, config):
        width, height, columns, rows = rng.choice([(300, 300, 1, 1), (300, 900, 1, 2), (900, 300, 2, 1), (800, 800, 2, 2)])
        return Image(width, height, 211 + 14 * rows * (14 * columns + 1), {"tiles": 1 + rows * columns})

    def beside(self, config, tokens):
        text = config["language_config"]
        return expanding({"text_config": text}, tokens) if text.get("use_mla", True) else {}

    def vision(self, model, image):
        tower = model.vision

        def encode():
            states = tower.embeddings(torch.randn(image.inputs["tiles"], 3, 384, 384))
            return tower.post_layernorm(tower.encoder(inputs_embeds=states).last_hidden_state)

        encoder, states = counted(encode)
        count, _, width = states.shape
        grid = torch.nn.functional.pad(states.reshape(count, 27, 27, width), (0, 0, 0, 1, 0, 1)).permute(0, 3, 1, 2)
        joined = torch.nn.functional.unfold(grid, kernel_size=2, stride=2).permute(0, 2, 1)
        connector, _ = counted(lambda: model.projector(joined))
        return total(encoder), total(connector)

    def vision_parameters(self, model):
        return size(model.vision), size(model.projector) + model.breaks.numel()

    def language(self, model):
        return model.language, model.head

    def cache(self, model):
        return DynamicCache(config=model.language.config)


TYPES = {"deepseek_ocr2": OCR2(), "deepseek_ocr": OCR(), "deepseek_vl_v2": VL2(), "deepseek_vl": VL()}
