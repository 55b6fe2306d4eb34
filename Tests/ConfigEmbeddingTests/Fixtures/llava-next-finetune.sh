#!/bin/bash
deepspeed llava/train/train_mem.py \
    --model_name_or_path liuhaotian/llava-v1.6-vicuna-7b \
    --vision_tower openai/clip-vit-large-patch14-336 \
    --image_aspect_ratio anyres \
    --image_grid_pinpoints "[(336, 672), (672, 336), (672, 672), (1008, 336), (336, 1008)]" \
    --mm_patch_merge_type spatial_unpad \
    --model_max_length 4096
