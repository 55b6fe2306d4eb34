"""What tiny models of all types share."""

from dataclasses import dataclass, field

import torch
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoConfig, AutoModelForImageTextToText, DynamicCache


@dataclass
class Image:
    """An image as a model sees it."""

    width: int
    height: int
    # Positions that it takes in the prompt, as the tool counts them.
    tokens: int
    # What a type needs to run it.
    inputs: dict = field(default_factory=dict)


class Tiny:
    """A type: how a configuration and an image are drawn, and how its model is run part by part."""

    # What a test of the package repeats: so many configurations.
    recorded = 0
    # Published configurations, by the name of the cost model that is shipped.
    published = {}

    def draw(self, rng):
        """A configuration."""
        raise NotImplementedError

    def image(self, rng, config):
        """An image for it."""
        raise NotImplementedError

    def processor(self, config):
        """A processor's file beside the configuration; None for none."""
        return None

    def beside(self, config, tokens):
        """What the counter sees beside our convention, by part, for a prompt of so many tokens."""
        return {}

    def vision(self, model, image):
        """Operations of the encoder and of the connector on an image."""
        raise NotImplementedError

    def vision_parameters(self, model):
        """Parameters of the encoder and of the connector."""
        raise NotImplementedError

    def build(self, config):
        """The model with random weights."""
        torch.manual_seed(0)
        return AutoModelForImageTextToText.from_config(
            AutoConfig.for_model(**config), attn_implementation="eager", experts_implementation="eager").eval()

    def parameters(self, model):
        """All parameters."""
        return size(model)

    def language(self, model):
        """The language model and its head."""
        return model.model.language_model, model.lm_head

    def embedding(self, language):
        """Parameters of the input embedding."""
        return size(language.embed_tokens)

    def cache(self, model):
        """An empty cache."""
        return DynamicCache(config=model.config.get_text_config())

    def attention(self, counts):
        """Of the language model's operations, those of activations with activations: products of batches, but for
        the rotary table, which the framework has as a product."""
        return total(counts, only="bmm") - sum(total(counts, n) for n in counts if n.endswith("rotary_emb"))

    def linear(self, counts):
        """Those of weights."""
        return total(counts) - total(counts, only="bmm")

    def prompting(self, image, text_tokens):
        """What a prompt is told besides its tokens."""
        return {}

    def reference(self, config, image, text_tokens):
        """Every part as the framework's counter has it, and the parameters."""
        model = self.build(config)
        encoder, connector = self.vision(model, image)
        language, lm_head = self.language(model)
        cache = self.cache(model)
        ids = torch.randint(10, 300, (1, image.tokens + text_tokens))
        prefill, _ = counted(
            lambda: language(input_ids=ids, cache=cache, use_cache=True, **self.prompting(image, text_tokens)))
        step, out = counted(lambda: language(input_ids=ids[:, :1], cache=cache, use_cache=True))
        head, _ = counted(lambda: lm_head(out.last_hidden_state))
        encoding, connecting = self.vision_parameters(model)
        return {
            "vision_encoder": encoder, "connector": connector, "prefill_attention": self.attention(prefill),
            "prefill_linear": self.linear(prefill), "decode_step_attention": self.attention(step),
            "decode_step_linear": self.linear(step), "lm_head_last": total(head),
        }, {"vision_encoder": encoding, "connector": connecting, "total": self.parameters(model)}


def counted(run):
    """FLOPs of a run by module and operation, and what it returned."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        result = run()
    return {name: {str(op): n for op, n in ops.items()} for name, ops in counter.get_flop_counts().items()}, result


def total(counts, name="Global", only=None):
    """All of a module's operations, or those whose name holds a word."""
    return sum(n for op, n in counts.get(name, {}).items() if only is None or only in op)


def size(module):
    """Parameters of a module."""
    return sum(p.numel() for p in module.parameters())


def heads(rng):
    """Query heads, key and value heads, and the width of one."""
    groups = rng.choice([1, 2, 3])
    kv = rng.choice([1, 2, 4])
    return kv * groups, kv, rng.choice([8, 16, 24, 40])


def rope(width, **more):
    """Rotary settings for three axes on heads of some width."""
    section = [width // 2 - 2 * (width // 8), width // 8, width // 8]
    return {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": section, **more}


def experts(rng):
    """A mixture of experts."""
    count = rng.choice([4, 6, 8])
    return {"num_experts": count, "num_experts_per_tok": rng.randint(1, count),
            "moe_intermediate_size": rng.choice([24, 40])}
