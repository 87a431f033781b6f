"""Apache Beam's runners: which there are, what each needs, and the arguments that choose one."""
