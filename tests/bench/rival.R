# Timed by bench_statistics.py: Rscript rival.R folder n items segments kind raked
# Reads answers.bin (int8, item by item; -1 is no answer) and people.bin (int32 columns segment,
# stratum, population, cluster, a, b) and margins.csv; writes errors.bin and prints the seconds.
suppressMessages(library(survey))
argument <- commandArgs(TRUE)
folder <- argument[1]; n <- as.integer(argument[2]); items <- as.integer(argument[3])
kind <- argument[4]; raked <- argument[5] == "raked"
answers <- readBin(file.path(folder, "answers.bin"), "integer", n * items, size = 1)
answers[answers < 0] <- NA
frame <- as.data.frame(matrix(answers, n)); rm(answers)
names(frame) <- paste0("i", seq_len(items))
people <- matrix(readBin(file.path(folder, "people.bin"), "integer", n * 6), n)
frame[c("segment", "stratum", "population", "cluster", "a", "b")] <- as.data.frame(people)
frame$a <- factor(frame$a); frame$b <- factor(frame$b)
margins <- read.csv(file.path(folder, "margins.csv"))
totals <- setNames(margins$total, margins$name)
started <- proc.time()[["elapsed"]]
if (kind == "clustered") {
  design <- svydesign(id = ~cluster, strata = ~stratum, weights = ~weight, data = transform(frame, weight = 3), nest = TRUE)
} else {
  design <- svydesign(id = ~1, strata = ~stratum, fpc = ~population, data = frame)
}
if (raked) design <- calibrate(design, ~a + b, totals, calfun = "raking", epsilon = 1e-12, maxit = 200)
if (kind == "non-response") {
  errors <- sapply(seq_len(items), function(k) SE(svyby(as.formula(paste0("~i", k)), ~segment, design, svymean, na.rm = TRUE)))
} else {
  errors <- as.matrix(SE(svyby(as.formula(paste("~", paste0("i", seq_len(items), collapse = "+"))), ~segment, design, svymean)))
}
seconds <- proc.time()[["elapsed"]] - started
writeBin(as.numeric(errors), file.path(folder, "errors.bin"))
cat(seconds, "\n")
