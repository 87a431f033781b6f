"""Search for good settings of the training: the same search in both frameworks, in TFX's Tuner.

config          what is searched, and how
hyperparameters settings with the values of a trial put in
study           the trials on disk, with Optuna as the engine
objective       one trial: a training whose course decides whether it goes on
worker          trials one after the other, in a process of its own
search          workers side by side
record          what came out, for training and report
tuner_fn        the entry that TFX's Tuner calls
"""
