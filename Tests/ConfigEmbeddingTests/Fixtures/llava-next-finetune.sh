#!/bin/bash
# pages of our archive; the text of a page is short
DATA=/data/archive
OUT=checkpoints/archive-next

deepspeed llava/train/train_mem.py \
    --deepspeed scripts/zero3.json \
    --model_name_or_path liuhaotian/llava-v1.6-vicuna-7b \
    --version v1 \
    --data_path "$DATA/train.json" \
    --image_folder "$DATA/pages" \
    --vision_tower openai/clip-vit-large-patch14-336 \
    --mm_vision_select_layer -2 \
    --image_aspect_ratio anyres \
    --image_grid_pinpoints "[(336, 672), (672, 336), (672, 672), (1008, 336), (336, 1008)]" \
    --mm_patch_merge_type spatial_unpad \
    --bf16 True \
    --output_dir "$OUT" \
    --num_train_epochs 1 \
    --per_device_train_batch_size   4 \
    --learning_rate 2e-5 \
    --gradient_checkpointing True \
    --model_max_length 4096
