"""How training images are distorted: what can be set, and what is drawn for a batch; the same for both frameworks.

Nothing here touches a pixel. A draw says what happens to each image of a batch; `trainers.keras_trainer.augmentation`
and `trainers.torch_trainer.augmentation` do it, on the device, to training batches only.
"""
