"""The families whose token counts are compared with their processors: one row each.

A row says which classes process the images, how the settings of a published file are drawn, and what in the text that
the processor writes is an image token. To add a family is to add a row.

`draw(rng, index)` gives what stands where:
  file       the image processor's settings, as its file has them; empty for index 0, where the class's defaults hold
  arguments  the whole processor's, as `processor_config.json` has them
  config     the configuration's keys that go with them, or none, and the family is given by name
  call       what a caller passes on every call; the tool takes it as --set
"""

import dataclasses
import typing


@dataclasses.dataclass
class Settings:
    file: dict
    arguments: dict = dataclasses.field(default_factory=dict)
    config: dict | None = None
    call: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Row:
    processor: str
    image: str
    draw: typing.Callable
    # The texts of an image token.
    tokens: tuple = ("<|image_token|>",)
    # Whether the markers about the image tokens are counted by the tool too.
    markers: bool = False
    # How the reference is measured where the text does not say it.
    measure: typing.Callable | None = None
    # Whether the processor looks at pixels, so that it runs on no tensor without them.
    on_pixels: bool = False
    # The model type of the configuration, where it is not the row's name.
    model_type: str | None = None
    # What the tool calls the family, where a model type does not tell.
    family: str | None = None


def logarithmic(rng, low, high):
    """A whole number, each factor as likely as the next."""
    return min(high, int(low * (high / low) ** rng.random()))


def grid(patches=(14,), merges=(2,), named=True, temporal=2):
    """Bounds on pixels, in one of the ways in which files write them."""
    def draw(rng, index):
        if index == 0:
            return Settings({})
        patch, merge = rng.choice(patches), rng.choice(merges)
        cell = (patch * merge) ** 2
        least = logarithmic(rng, cell, 400 * cell)
        most = logarithmic(rng, max(least, 4 * cell), 20000 * cell)
        file = {} if patch == patches[0] and rng.random() < 0.5 else {"patch_size": patch}
        file |= {} if merge == merges[0] and rng.random() < 0.5 else {"merge_size": merge}
        form = rng.choice(["size", "pixels"]) if named else "size"
        if form == "size":
            file["size"] = {"shortest_edge": least, "longest_edge": most}
        else:
            file |= {"min_pixels": least, "max_pixels": most}
        return Settings(file)
    return draw


def llava(tower):
    def draw(rng, index):
        patch, side = (14, 224) if index == 0 else (rng.choice([14, 16, 32]), rng.choice([224, 336, 384, 448]))
        strategy = rng.choice(["default", "full"]) if tower == "clip_vision_model" else "full"
        file = {} if index == 0 else {"size": {"shortest_edge": side}, "crop_size": {"height": side, "width": side}}
        return Settings(
            file, {"patch_size": patch, "vision_feature_select_strategy": strategy,
                   "num_additional_image_tokens": 1 if tower == "clip_vision_model" else 0},
            {"vision_feature_select_strategy": strategy,
             "vision_config": {"model_type": tower, "patch_size": patch, "image_size": side}})
    return draw


def pinpoints(rng, side, most):
    grids = [[rows * side, columns * side] for rows in range(1, most + 1) for columns in range(1, most + 1)]
    return sorted(rng.sample(grids, rng.randint(2, len(grids))))


def llava_next(rng, index):
    patch, side = (14, 224) if index == 0 else (14, rng.choice([224, 336, 448]))
    file = {"image_grid_pinpoints": [[224, 448], [448, 224], [448, 448]]}
    if index:
        file = {"image_grid_pinpoints": pinpoints(rng, side, 4), "size": {"shortest_edge": side},
                "crop_size": {"height": side, "width": side}}
    return Settings(
        file, {"patch_size": patch, "vision_feature_select_strategy": "default", "num_additional_image_tokens": 1},
        {"image_grid_pinpoints": file["image_grid_pinpoints"],
         "vision_config": {"model_type": "clip_vision_model", "patch_size": patch, "image_size": side}})


def llava_onevision(rng, index):
    side, file, most = 384, {}, 9
    config = {"vision_aspect_ratio": "anyres_max_9"}
    if index:
        side, most = rng.choice([224, 384, 448]), rng.choice([2, 4, 9, 12])
        file = {"size": {"height": side, "width": side}, "image_grid_pinpoints": pinpoints(rng, side, 6)}
        config = {"vision_aspect_ratio": f"anyres_max_{most}", "image_grid_pinpoints": file["image_grid_pinpoints"]}
    return Settings(
        file, {"num_image_tokens": (side // 14) ** 2, "vision_feature_select_strategy": "full",
               "vision_aspect_ratio": f"anyres_max_{most}"},
        config | {"vision_config": {"model_type": "siglip_vision_model", "patch_size": 14, "image_size": side}})


def internvl(rng, index):
    if index == 0:
        # The class's 384 pixels are no model's: the tool asks for a size.
        return Settings({"size": {"height": 448, "width": 448}}, {"image_seq_length": 256})
    side = rng.choice([224, 448, 512])
    least = rng.randint(1, 4)
    return Settings(
        {"size": {"height": side, "width": side}, "min_patches": least, "max_patches": rng.randint(least, 40)},
        {"image_seq_length": (side // 14 // 2) ** 2})


def gemma3(rng, index):
    if index == 0:
        return Settings({})
    settings = Settings({"size": {"height": 896, "width": 896}}, {"image_seq_length": rng.choice([64, 256])})
    if index > 1:
        # In the file these change nothing, and on a call they do.
        settings.file |= {"do_pan_and_scan": True, "pan_and_scan_max_num_crops": 2}
    if index > 2:
        settings.call = {"do_pan_and_scan": True, "pan_and_scan_max_num_crops": rng.randint(2, 8),
                         "pan_and_scan_min_crop_size": rng.choice([64, 256, 500]),
                         "pan_and_scan_min_ratio_to_activate": rng.choice([1.0, 1.2, 2.0])}
    return settings


def tiles(sides, patch, processor_patch=None):
    """Tiles of Aya Vision, whose whole processor names size and token, or of Command A Vision."""
    def draw(rng, index):
        if index == 0:
            return Settings({})
        side, least = rng.choice(sides), rng.randint(1, 3)
        file = {"size": {"height": side, "width": side}, "min_patches": least, "max_patches": rng.randint(least, 20)}
        arguments = {"img_size": side, "patch_size": patch, "downsample_factor": 2} if processor_patch else {}
        config = {"downsample_factor": 2, "vision_config": {"image_size": side, "patch_size": patch}}
        return Settings(file, arguments, config)
    return draw


def one_square(argument=None, count=None):
    """A square whose tokens the whole processor counts."""
    def draw(rng, index):
        if index == 0 or argument is None:
            return Settings({})
        if count:
            return Settings({}, {argument: rng.choice(count)})
        side = rng.choice([224, 384, 448, 512])
        return Settings({"size": {"height": side, "width": side}}, {argument: (side // 16) ** 2})
    return draw


def hunyuan_vl(rng, index):
    settings = grid((16, 14), (2, 1, 3))(rng, index)
    if index:
        settings.arguments = {"cat_extra_token": rng.random() < 0.5}
    return settings


def kimi_k25(rng, index):
    if index == 0:
        return Settings({})
    side = rng.choice([64, 200, 512])
    return Settings({"max_patches": logarithmic(rng, 64, 40000), "patch_size": rng.choice([14, 16]),
                     "merge_size": rng.choice([1, 2, 2]), "size": {"max_height": side, "max_width": side}})


def deepseek_ocr2(rng, index):
    if index == 0:
        return Settings({})
    # The model has queries for squares of these sizes alone.
    side = rng.choice([768, 1024])
    # The whole processor passes numbers of tiles of its own on every call, whatever its file says.
    tiles = {"min_patches": 3, "max_patches": 9} if index == 1 else {}
    call = {"max_patches": rng.randint(2, 12)} if index > 2 else {}
    return Settings({"size": {"height": side, "width": side}, "tile_size": rng.choice([768, 1024]), **tiles}, call=call)


def gemma4(rng, index):
    if index == 0:
        return Settings({})
    return Settings({"max_soft_tokens": [None, 70, 140, 560, 1120][index],
                     "patch_size": rng.choice([14, 16]), "pooling_kernel_size": rng.choice([2, 3])})


def paligemma(rng, index):
    # The class refuses a file without a number of tokens.
    side = [224, 448, 896, 224, 448][index]
    return Settings({"size": {"height": side, "width": side}, "image_seq_length": (side // 14) ** 2})


def idefics2(rng, index):
    if index == 0:
        return Settings({})
    return Settings({"do_image_splitting": rng.random() < 0.7, "size": {"longest_edge": 980, "shortest_edge": 378}},
                    {"image_seq_len": rng.choice([32, 64])})


def idefics3(rng, index):
    if index == 0:
        return Settings({}, {"image_seq_len": 169})
    frame = rng.choice([364, 384, 512])
    return Settings(
        {"max_image_size": {"longest_edge": frame},
         "size": {"longest_edge": frame * rng.randint(1, 6) if rng.random() < 0.7 else rng.randint(300, 3000)},
         "do_image_splitting": index < 4}, {"image_seq_len": rng.choice([64, 81, 169])})


def longest_edge(merge, patch=16):
    def draw(rng, index):
        if index == 0:
            # What the whole processor's class leaves out is another model's: Pixtral's in one, LightOnOCR's in the other.
            return Settings({}, {"patch_size": 16, "spatial_merge_size": merge} if (patch, merge) != (16, 1) else {})
        side, along = rng.choice([14, 16]), rng.choice([1, 2])
        return Settings({"patch_size": side, "size": {"longest_edge": rng.choice([336, 1024, 1540, 2048, 777])}},
                        {"patch_size": side, "spatial_merge_size": along})
    return draw


def lfm2_vl(rng, index):
    if index == 0:
        return Settings({})
    least = rng.choice([16, 64, 100])
    tiles = rng.randint(1, 4)
    return Settings({
        "min_image_tokens": least, "max_image_tokens": least * rng.randint(1, 5), "tile_size": rng.choice([256, 512]),
        "downsample_factor": rng.choice([2, 2, 4]), "encoder_patch_size": 14 if index == 1 else 16, "min_tiles": tiles,
        "max_tiles": rng.randint(max(2, tiles), 14), "use_thumbnail": rng.random() < 0.7,
        "do_image_splitting": index < 4, "max_pixels_tolerance": rng.choice([1.0, 1.5, 2.0])})


def llama4(rng, index):
    if index == 0:
        return Settings({})
    side = rng.choice([224, 336, 448])
    return Settings({"size": {"height": side, "width": side}, "max_patches": rng.randint(1, 24),
                     "resize_to_max_canvas": False}, {"patch_size": 14, "pixel_shuffle_ratio": 0.5})


def mllama(rng, index):
    if index == 0:
        return Settings({})
    side = rng.choice([224, 448, 560])
    return Settings({"size": {"height": side, "width": side}, "max_image_tiles": rng.randint(1, 8)})


def states_of_tiles(reference, width, height):
    """What the cross-attention layers of mllama see: the patches of each tile that is no padding, and its class token.
    The prompt has one token for an image, whatever its size."""
    made, _ = reference.run(width, height)
    size = reference.image_processor.size
    return int(made["num_tiles"][0][0]) * ((size["height"] // 14) * (size["width"] // 14) + 1)


def whole_text(reference, width, height):
    """Idefics2 writes the same text for every image, in the course of its call."""
    reference.process(width, height)
    reference.processor(text=reference.processor.image_token)
    return reference.tokenizer.texts[0].count(reference.processor.image_token)


# By model type.


def navit(rng, index):
    """Bounds on patches, of the image and along a side."""
    if index == 0:
        return Settings({})
    side = rng.choice([512, 256, logarithmic(rng, 8, 512)])
    file = {"max_patches": logarithmic(rng, 16, 16384), "size": {"max_height": side, "max_width": side}}
    file |= rng.choice([{}, {"patch_size": rng.choice([14, 16]), "merge_size": rng.choice([1, 2, 3])}])
    return Settings(file)


def pages(rng, index):
    """Squares that there are learned queries for; the class of the processor overrides a file's numbers of tiles."""
    if index == 0:
        return Settings({})
    side, tile = rng.choice([1024, 768]), rng.choice([768, 1024])
    least = rng.randint(1, 3)
    return Settings({"size": {"height": side, "width": side}, "tile_size": tile, "max_patches": rng.randint(2, 9)},
                    call={"min_patches": least, "max_patches": rng.randint(least, 12)} if index % 2 else {})
FAMILIES = {
    "llava": Row("LlavaProcessor", "LlavaImageProcessor", llava("clip_vision_model"), on_pixels=True),
    "llava (SigLIP)": Row("LlavaProcessor", "LlavaImageProcessor", llava("siglip_vision_model"), on_pixels=True,
                          model_type="llava"),
    "llava_next": Row("LlavaNextProcessor", "LlavaNextImageProcessor", llava_next),
    "llava_onevision": Row("LlavaOnevisionProcessor", "LlavaOnevisionImageProcessor", llava_onevision),
    "qwen2_vl": Row("Qwen2VLProcessor", "Qwen2VLImageProcessor", grid((14, 16), (2, 1, 3))),
    "qwen2_5_vl": Row("Qwen2_5_VLProcessor", "Qwen2VLImageProcessor", grid((14, 16), (2, 1, 3))),
    "qwen3_vl": Row("Qwen3VLProcessor", "Qwen2VLImageProcessor", grid((14, 16), (2, 1, 3))),
    "qwen3_5": Row("Qwen3VLProcessor", "Qwen2VLImageProcessor", grid((14, 16), (2, 1, 3))),
    "internvl": Row("InternVLProcessor", "GotOcr2ImageProcessor", internvl, ("<|context_image_token|>",), markers=True),
    "gemma3": Row("Gemma3Processor", "Gemma3ImageProcessor", gemma3),
    "gemma4": Row("Gemma4Processor", "Gemma4ImageProcessor", gemma4),
    "paligemma": Row("PaliGemmaProcessor", "SiglipImageProcessor", paligemma),
    "idefics2": Row("Idefics2Processor", "Idefics2ImageProcessor", idefics2, measure=whole_text),
    "idefics3": Row("Idefics3Processor", "Idefics3ImageProcessor", idefics3, ("<image>",)),
    "smolvlm": Row("SmolVLMProcessor", "SmolVLMImageProcessor", idefics3),
    "pixtral": Row("PixtralProcessor", "PixtralImageProcessor", longest_edge(1), ("[IMG]",), markers=True,
                   model_type="llava", family="pixtral"),
    "mistral3": Row("PixtralProcessor", "PixtralImageProcessor", longest_edge(2), ("[IMG]",), markers=True),
    "lighton_ocr": Row("LightOnOcrProcessor", "PixtralImageProcessor", longest_edge(2, 14)),
    "video_llama_3": Row("VideoLlama3Processor", "VideoLlama3ImageProcessor", grid((14,), (1, 2))),
    "ernie4_5_vl_moe": Row("Ernie4_5_VLMoeProcessor", "Ernie4_5_VLMoeImageProcessor", grid(named=False)),
    "minimax_m3_vl": Row("MiniMaxM3VLProcessor", "MiniMaxM3VLImageProcessor", grid((14, 16)),
                         ("]<]image[>[",)),
    "mllama": Row("MllamaProcessor", "MllamaImageProcessor", mllama, measure=states_of_tiles),
    "vipllava": Row("LlavaProcessor", "CLIPImageProcessor", llava("clip_vision_model"), on_pixels=True),
    "llava_next_video": Row("LlavaNextVideoProcessor", "LlavaNextImageProcessor", llava_next, on_pixels=True),
    "qianfan_ocr": Row("QianfanOCRProcessor", "GotOcr2ImageProcessor", internvl, ("<|context_image_token|>",),
                       markers=True),
    "shieldgemma2": Row("ShieldGemma2Processor", "Gemma3ImageProcessor", gemma3),
    "t5gemma2": Row("Gemma3Processor", "Gemma3ImageProcessor", gemma3),
    "exaone4_5": Row("Exaone4_5_Processor", "Qwen2VLImageProcessor", grid((14, 16), (2, 1, 3))),
    "hyperclovax_vision_v2": Row("HyperCLOVAXVisionV2Processor", "Qwen2VLImageProcessor", grid((14, 16), (2, 1, 3))),
    "dots3_note": Row("Dots3NoteProcessor", "Qwen2VLImageProcessor", grid((14, 16), (2, 1, 3)), ("<|imgpad|>",)),
    "lfm3_vl": Row("Lfm3VlProcessor", "Qwen2VLImageProcessor", grid((14, 16), (2, 1, 3))),
    "qwen4_exp": Row("Qwen3VLProcessor", "Qwen2VLImageProcessor", grid((14, 16), (2, 1, 3))),
    "cohere_compass": Row("CohereCompassProcessor", "CohereCompassImageProcessor", grid((14, 16), (2, 1, 3)),
                          ("<|IMAGE_PAD|>",)),
    "qwen3_omni_moe": Row("Qwen3OmniMoeProcessor", "Qwen2VLImageProcessor", grid((14, 16), (2, 1, 3))),
    "qwen2_5_omni": Row("Qwen2_5OmniProcessor", "Qwen2VLImageProcessor", grid((14, 16), (2, 1, 3))),
    "hunyuan_vl": Row("HunYuanVLProcessor", "HunYuanVLImageProcessor", hunyuan_vl),
    "hy_v4_vl": Row("HYV4VLProcessor", "HYV4VLImageProcessor", grid((16, 14), (2, 1, 3))),
    "mistral_large4": Row("PixtralProcessor", "PixtralImageProcessor", longest_edge(2), ("[IMG]",), markers=True),
    "cosmos3_edge": Row("Cosmos3EdgeProcessor", "Cosmos3EdgeImageProcessor", grid((16, 14), named=False)),
    "glm4v": Row("Glm4vProcessor", "Glm4vImageProcessor", grid((14, 16), (2, 1, 3), named=False)),
    "glm46v": Row("Glm46VProcessor", "Glm46VImageProcessor", grid((14, 16), (2, 1, 3), named=False)),
    "gemma4_unified": Row("Gemma4UnifiedProcessor", "Gemma4UnifiedImageProcessor", gemma4),
    "paddleocr_vl": Row("PaddleOCRVLProcessor", "PaddleOCRVLImageProcessor", grid((14, 16), (2, 1, 3))),
    "kimi_k25": Row("Kimi_K25Processor", "Kimi_K25ImageProcessor", kimi_k25),
    "deepseek_ocr2": Row("DeepseekOcr2Processor", "DeepseekOcr2ImageProcessor", deepseek_ocr2),
    "aya_vision": Row("AyaVisionProcessor", "GotOcr2ImageProcessor", tiles((364, 392, 448), 14, True),
                      ("<|IMG_PATCH|>",)),
    "cohere2_vision": Row("Cohere2VisionProcessor", "Cohere2VisionImageProcessor", tiles((512,), 16)),
    "janus": Row("JanusProcessor", "JanusImageProcessor", one_square("num_image_tokens")),
    "deepseek_vl": Row("DeepseekVLProcessor", "DeepseekVLImageProcessor", one_square("num_image_tokens")),
    "deepseek_vl_hybrid": Row("DeepseekVLHybridProcessor", "DeepseekVLHybridImageProcessor",
                              one_square("num_image_tokens", [144, 576])),
    "chameleon": Row("ChameleonProcessor", "ChameleonImageProcessor", one_square("image_seq_length", [256, 1024])),
    "gemma3n": Row("Gemma3nProcessor", "SiglipImageProcessor", one_square("image_seq_length", [64, 256])),
    "got_ocr2": Row("GotOcr2Processor", "GotOcr2ImageProcessor", one_square(), ("<imgpad>",)),
    "llama4": Row("Llama4Processor", "Llama4ImageProcessor", llama4, ("<|patch|>",), on_pixels=True),
    "lfm2_vl": Row("Lfm2VlProcessor", "Lfm2VlImageProcessor", lfm2_vl),
    "kimi_k25": Row("Kimi_K25Processor", "Kimi_K25ImageProcessor", navit),
    "deepseek_ocr2": Row("DeepseekOcr2Processor", "DeepseekOcr2ImageProcessor", pages),
}
