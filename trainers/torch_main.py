"""The main module of the PyTorch process, a door to `torch_job` and no more.

Processes that share its batches load its main module again, as Python's multiprocessing does, and need nothing of it.
"""

if __name__ == "__main__":
    from trainers.torch_job import main

    main()
