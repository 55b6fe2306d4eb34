"""The processors of transformers, run for the text that an image becomes.

A processor writes the tokens of an image into the prompt as text, before its tokenizer sees any of it: image tokens, and
markers between them. That text is what is counted here, of the processor's own run on an image of some size. Most
processors run on tensors of the `meta` device, which have a size and no pixels: every branch that a size decides is
taken, and an image of 30 megapixels costs nothing. A sample runs on pixels too, and must give the same text.
"""

import inspect
import os
import warnings

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
warnings.filterwarnings("ignore")

import torch
import transformers
from transformers.processing_utils import ProcessorMixin

torch.set_num_threads(1)
# What stands in for a tokenizer below is none of a tokenizer's class.
ProcessorMixin.check_argument_for_proper_class = lambda self, name, argument: type(argument)
ProcessorMixin._check_special_mm_tokens = lambda self, *_, **__: None


class Tokens:
    """Names of special tokens, and no vocabulary: a processor asks its tokenizer for nothing else before it has the text."""

    init_kwargs = {}
    model_input_names = ["input_ids"]

    def __getattr__(self, name):
        if name.endswith("_token_id"):
            return sum(map(ord, name))
        if name.endswith("_token"):
            return f"<|{name}|>"
        raise AttributeError(name)

    def encode(self, text, **_):
        return [1]

    def convert_tokens_to_ids(self, tokens):
        return 1 if isinstance(tokens, str) else [1] * len(tokens)

    def add_special_tokens(self, *_, **__):
        return 0

    def add_tokens(self, *_, **__):
        return 0

    def get_vocab(self):
        return {}

    def __call__(self, texts, **_):
        self.texts = texts
        return {"input_ids": [[1] for _ in texts]}


class Refused(Exception):
    """The processor takes no image of this size."""


def refusing(run):
    """What a run returns; an error of it is the processor's refusal, but what is not implemented is our own mistake."""
    try:
        return run()
    except NotImplementedError:
        raise
    except (ValueError, RuntimeError, ZeroDivisionError, OverflowError, IndexError) as error:
        raise Refused(f"{type(error).__name__}: {error}") from error


class Reference:
    """A processor with the settings of one file.

    processor, image: names of the classes
    file: what the file says of the image processor; the class fills in the rest
    arguments: what it says of the whole processor
    call: what the caller passes on every call
    """

    def __init__(self, processor, image, file, arguments, call, tokens, measure=None, on_pixels=False):
        self.image_processor = getattr(transformers, image).from_dict(dict(file))
        self.tokenizer = Tokens()
        kind = getattr(transformers, processor)
        parts = {"image_processor": self.image_processor, "tokenizer": self.tokenizer}
        empty = {name: None for name in inspect.signature(kind.__init__).parameters
                 if name.endswith(("_processor", "_tokenizer", "extractor")) and name not in parts}
        self.processor = kind(**parts, **empty, **arguments)
        self.call, self.tokens, self.measure, self.on_pixels = call, tokens, measure, on_pixels

    def image(self, width, height, pixels=False):
        return (torch.zeros(3, height, width, dtype=torch.uint8) if pixels
                else torch.empty(3, height, width, dtype=torch.uint8, device="meta"))

    def process(self, width, height):
        """What the image processor alone makes of an image."""
        return refusing(lambda: self.image_processor([[self.image(width, height)]], input_data_format="channels_first"))

    def run(self, width, height, pixels=False):
        """What the image processor makes of an image, and the text that it becomes."""
        settings = self.processor._merge_kwargs(tokenizer_init_kwargs={}, **self.call)["images_kwargs"]
        settings.pop("return_tensors", None)
        settings["input_data_format"] = "channels_first"
        if self.takes_special_tokens:
            settings["use_image_special_tokens"] = True
        image = self.image(width, height, pixels)
        made, texts = refusing(lambda: self.processor._process_images([image], **settings))
        return made, texts[0]

    @property
    def takes_special_tokens(self):
        return "use_image_special_tokens" in inspect.signature(self.processor._process_images).parameters

    def count(self, width, height, pixels=False):
        """Image tokens of an image, and the markers about them.

        Raises Refused where the processor takes no such image.
        """
        if self.measure:
            return self.measure(self, width, height), None
        _, text = self.run(width, height, pixels or self.on_pixels)
        count = sum(text.count(token) for token in self.tokens)
        if count == 0:
            raise Refused("no token is left of it")
        for token in self.tokens:
            text = text.replace(token, "")
        return count, text.count("<") + text.count("[")
