#!/usr/bin/env bash
export OMP_NUM_THREADS=8
RUN_NAME="receipts-ov"
echo "run: ${RUN_NAME}"

deepspeed --master_port 30000 \
    llava/train/train_mem.py \
    --model_name_or_path lmms-lab/llava-onevision-qwen2-7b-si \
    --version qwen_1_5 \
    --vision_tower google/siglip-so400m-patch14-384 \
    --mm_projector_type mlp2x_gelu \
    --image_aspect_ratio anyres_max_9 \
    --image_grid_pinpoints  "(1x1),...,(6x6)" \
    --mm_patch_merge_type spatial_unpad \
    --run_name $RUN_NAME \
    --model_max_length 32768 \
    --frames_upbound 32
exit 0;
