"""Llama 4: tiles, a projector of three layers, attention within chunks, experts beside a shared one."""

import torch

from tiny.base import Image, Tiny, counted, heads, size, total


class Llama4(Tiny):
    recorded = 8

    def draw(self, rng):
        query, kv, width = heads(rng)
        layers, experts = rng.randint(2, 6), rng.choice([4, 6, 8])
        text = {"model_type": "llama4_text", "hidden_size": rng.choice([40, 64, 72, 96]), "num_hidden_layers": layers,
                "num_attention_heads": query, "num_key_value_heads": kv, "head_dim": width,
                "intermediate_size": rng.choice([24, 40]), "intermediate_size_mlp": rng.choice([56, 96, 130]),
                "vocab_size": rng.choice([320, 501]), "num_local_experts": experts,
                "num_experts_per_tok": rng.choice([1, 1, rng.randint(1, experts)]),
                "interleave_moe_layer_step": rng.choice([1, 2, 3]), "attention_bias": rng.random() < 0.4,
                "attention_chunk_size": rng.choice([None, 16, 50, 8192]), "pad_token_id": None,
                "tie_word_embeddings": rng.random() < 0.5}
        if rng.random() < 0.3:
            text["moe_layers"] = sorted(rng.sample(range(layers), rng.randint(0, layers)))
        chosen = rng.random()
        if chosen < 0.3:
            text["no_rope_layers"] = [rng.randint(0, 1) for _ in range(layers)]
        elif chosen < 0.6:
            text["no_rope_layer_interval"] = rng.choice([2, 3])
        count = rng.choice([1, 2, 3])
        hidden, output, side = 16 * count, rng.choice([24, 40]), 14 * 2 * rng.randint(2, 5)
        vision = {"model_type": "llama4_vision_model", "hidden_size": hidden, "num_attention_heads": count,
                  "num_hidden_layers": rng.randint(1, 4), "intermediate_size": 4 * hidden, "patch_size": 14,
                  "image_size": side, "projector_input_dim": output, "projector_output_dim": output,
                  "vision_output_dim": output, "pixel_shuffle_ratio": 0.5}
        return {"model_type": "llama4", "text_config": text, "vision_config": vision, "image_token_index": 5,
                "boi_token_index": 6, "eoi_token_index": 7, "tie_word_embeddings": rng.random() < 0.5}

    def processor(self, config):
        side = config["vision_config"]["image_size"]
        return {"image_processor_type": "Llama4ImageProcessorFast", "size": {"height": side, "width": side}}

    def image(self, rng, config):
        side = config["vision_config"]["image_size"]
        rows, columns = rng.randint(1, 3), rng.randint(1, 3)
        # The whole image stands behind its tiles, where they are several.
        tiles = rows * columns + (1 if rows * columns > 1 else 0)
        return Image(columns * side, rows * side, tiles * (side // 28) ** 2, {"tiles": tiles, "side": side})

    def beside(self, config, tokens):
        """The framework runs every expert on every token; what is counted is those that the router chooses."""
        text = config["text_config"]
        layers, step = text["num_hidden_layers"], text["interleave_moe_layer_step"]
        sparse = len(text.get("moe_layers", range(step - 1, layers, step)))
        idle = text["num_local_experts"] - text["num_experts_per_tok"]
        each = 2 * sparse * idle * 3 * text["hidden_size"] * text["intermediate_size"]
        return {"prefill_linear": each * tokens, "decode_step_linear": each}

    def language(self, model):
        return model.language_model.model, model.language_model.lm_head

    def experts(self, counts):
        """Products of batches that are those of experts."""
        return sum(total(counts, n, only="bmm") for n in counts if n.endswith("feed_forward.experts"))

    def attention(self, counts):
        return super().attention(counts) - self.experts(counts)

    def linear(self, counts):
        return super().linear(counts) + self.experts(counts)

    def vision(self, model, image):
        pixels = torch.randn(image.inputs["tiles"], 3, image.inputs["side"], image.inputs["side"])
        counts, out = counted(lambda: model.vision_model(pixels))
        adapter = sum(total(counts, n) for n in counts if n.endswith("vision_adapter"))
        connector, _ = counted(lambda: model.multi_modal_projector(out.last_hidden_state.flatten(0, 1)))
        return total(counts) - adapter, adapter + total(connector)

    def vision_parameters(self, model):
        adapter = size(model.vision_model.vision_adapter)
        return size(model.vision_model) - adapter, adapter + size(model.multi_modal_projector)

    published = {"llama-4-scout-17b-16e": ("meta-llama/Llama-4-Scout-17B-16E-Instruct", {
        "architectures": ["Llama4ForConditionalGeneration"], "model_type": "llama4", "boi_token_index": 200080,
        "eoi_token_index": 200081, "image_token_index": 200092, "tie_word_embeddings": False,
        "text_config": {
            "model_type": "llama4_text", "attention_bias": False, "attention_chunk_size": 8192, "head_dim": 128,
            "hidden_size": 5120, "interleave_moe_layer_step": 1, "intermediate_size": 8192,
            "intermediate_size_mlp": 16384, "no_rope_layers": [], "num_attention_heads": 40, "num_experts_per_tok": 1,
            "num_hidden_layers": 48, "num_key_value_heads": 8, "num_local_experts": 16, "vocab_size": 202048},
        "vision_config": {
            "model_type": "llama4_vision_model", "hidden_size": 1408, "image_size": 336, "intermediate_size": 5632,
            "multi_modal_projector_bias": False, "num_attention_heads": 16, "num_hidden_layers": 34, "patch_size": 14,
            "pixel_shuffle_ratio": 0.5, "projector_input_dim": 4096, "projector_output_dim": 4096,
            "vision_output_dim": 4096}})}


TYPES = {"llama4": Llama4()}
