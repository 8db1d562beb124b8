# What estimate_wave and standardise_waves must give for two waves made of the California schools.
# Run in this folder: Rscript reference.R
# Writes reference.csv (key, what, value) and reference_versions.txt. A key is
# wave/question/item/answer/statistic/segment/level; low and high of a share are the logit interval
# and stand only where the house takes that one (30 answers, 5 effective ones on either side).
suppressMessages(library(survey)); options(digits = 17)
out <- list()
put <- function(key, what, value) out[[length(out) + 1]] <<- data.frame(key = tolower(key), what = what, value = as.numeric(value))
read <- function(name) {
  x <- read.csv(file.path("..", "r_survey_api", paste0(name, ".csv")))
  x$awards[x$snum %% 7 == 0] <- NA; x$api00[x$snum %% 11 == 0] <- NA
  cut4 <- function(v) findInterval(v, c(10, 25, 50)) + 1
  x$poor <- cut4(x$meals); x$learners <- cut4(x$ell); x$stay <- cut4(100 - 3 * x$mobility)
  x$poor[x$snum %% 5 == 0] <- NA; x$stay[x$snum %% 4 == 0] <- NA
  turned <- cbind(x$poor, x$learners, 5 - x$stay)
  answered <- rowSums(!is.na(turned))
  x$score <- ifelse(answered >= 2, rowMeans(turned, na.rm = TRUE), NA)
  x
}
strat <- read("apistrat"); clus <- read("apiclus1")
A <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = strat)
B <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = clus)
A <- calibrate(A, ~sch.wide, c(`(Intercept)` = 6194, sch.wideYes = 5122), calfun = "raking", epsilon = 1e-13)
B <- calibrate(B, ~stype + sch.wide, c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, sch.wideYes = 5122), calfun = "raking", epsilon = 1e-13, maxit = 500)

# a calibrated design keeps the rows of others with weight 0, which must not be missing
among <- function(d, ...) {
  given <- list(...); ok <- Reduce(`&`, lapply(given, function(y) !is.na(y)))
  for (name in names(given)) d$variables[[name]] <- ifelse(ok, given[[name]], 0)
  d$variables$.ok <- ok
  subset(d, .ok)
}
kept <- function(d) d$variables[d$variables$.ok, ]

share <- function(key, d, y) {  # y: 1, 0, NA, one value a row of d
  d <- among(d, .y = y); df <- degf(d); n <- nrow(kept(d))
  if (n == 0) return(put(key, "base", 0))
  m <- svymean(~.y, d); p <- coef(m); se <- SE(m)
  put(key, "value", p); put(key, "standard_error", se); put(key, "degrees", df)
  put(key, "base", n); put(key, "unweighted", mean(kept(d)$.y))
  if (n >= 30 && se > 0 && p * (1 - p) / se^2 * min(p, 1 - p) >= 5) {
    # svyciprop(method = "logit"), without the rounding of its glm
    ci <- plogis(qlogis(p) + c(-1, 1) * qt(0.975, df) * se / (p * (1 - p)))
    put(key, "low", ci[1]); put(key, "high", ci[2]) }
}
number <- function(key, d, y) {
  d <- among(d, .y = y); df <- degf(d)
  if (nrow(kept(d)) == 0) return(put(key, "base", 0))
  m <- svymean(~.y, d); ci <- confint(m, df = df)
  put(key, "value", coef(m)); put(key, "standard_error", SE(m)); put(key, "degrees", df)
  put(key, "low", ci[1]); put(key, "high", ci[2]); put(key, "unweighted", mean(kept(d)$.y))
}
quantile1 <- function(key, d, y, p) {
  d <- among(d, .y = y); df <- degf(d)
  q <- svyquantile(~.y, d, p, qrule = "school", interval.type = "mean", df = df)$.y
  put(key, "value", q[, "quantile"]); put(key, "high", q[, 3])
  # below the weight of the lowest answer R 4.1-1 gives the second lowest: such bounds are left out
  w <- weights(d); y <- d$variables$.y; d <- update(d, .up = 1 * (y <= q[, "quantile"]))
  first <- sum(w[w > 0 & y == min(y[w > 0])]) / sum(w)
  if (confint(svymean(~.up, d), df = df)[1] > first) {
    put(key, "low", q[, 2]); put(key, "standard_error", q[, "se"]) }
}
total <- function(key, d, y) {  # N times the mean over everybody
  d <- update(d, .y = ifelse(is.na(y), 0, y)); m <- svymean(~.y, d)
  put(key, "value", 6194 * coef(m)); put(key, "standard_error", 6194 * SE(m))
}
ratio <- function(key, d, a, b) {
  d <- among(d, .a = a, .b = b); df <- degf(d)
  r <- svyratio(~.a, ~.b, d); ci <- confint(r, df = df)
  put(key, "value", coef(r)); put(key, "standard_error", SE(r)); put(key, "degrees", df)
  put(key, "low", ci[1]); put(key, "high", ci[2])
}
within <- function(values, inside) ifelse(inside, values, NA)
for (w in c("a", "b")) {
  d <- if (w == "a") A else B
  v <- d$variables
  domains <- list(list("/", rep(TRUE, nrow(v))))
  for (s in c("E", "H", "M")) domains <- c(domains, list(list(paste0("stype/", s), v$stype == s)))
  for (s in c("No", "Yes")) domains <- c(domains, list(list(paste0("wide/", s), v$sch.wide == s)))
  crossed <- list(); for (s in c("E", "H", "M")) for (t in c("No", "Yes"))
    crossed <- c(crossed, list(list(paste0("stype.wide/", s, ".", t), v$stype == s & v$sch.wide == t)))
  for (m in c(domains, crossed)) { at <- m[[1]]; i <- m[[2]]
    share(paste0(w, "/awards//Yes/share/", at), d, within(1 * (v$awards == "Yes"), i))
    number(paste0(w, "/api00///mean/", at), d, within(v$api00, i)) }
  for (m in domains) { at <- m[[1]]; i <- m[[2]]
    share(paste0(w, "/scale/poor/many/net/", at), d, within(1 * (v$poor >= 3), i))
    for (p in c(0.1, 0.25)) quantile1(paste0(w, "/api00//", p, "/quantile/", at), d, within(v$api00, i), p)
    quantile1(paste0(w, "/api00///median/", at), d, within(v$api00, i), 0.5)
    total(paste0(w, "/enroll///total/", at), d, within(v$enroll, i))
    ratio(paste0(w, "/_ratios/growth//ratio/", at), d, within(v$api00, i), within(v$api99, i))
    number(paste0(w, "/_scores/poverty//mean/", at), d, within(v$score, i)) }
  # at the composition of wave a by stype: the weighted shares of wave a
  pi <- coef(svymean(~stype, A))
  for (y in c("awards", "api00")) {
    d2 <- among(d, .y = if (y == "awards") 1 * (v$awards == "Yes") else v$api00)
    # svycontrast of svyby(covmat = TRUE) stops on calibrated designs: the same by its influence
    value <- 0; u <- rep(0, nrow(v)); wt <- weights(d)
    for (k in seq_along(pi)) { i <- d2$variables$.ok & v$stype == c("E", "H", "M")[k]
      m <- coef(svymean(~.y, subset(update(d2, .i = i), .i))); value <- value + pi[k] * m
      u <- u + i * pi[k] * (d2$variables$.y - m) / sum(wt[i]) }
    u <- as.numeric(u); s <- svytotal(~u, update(d, u = u))
    key <- paste0(w, "/", y, "//", if (y == "awards") "Yes" else "", "/standardised//")
    put(key, "value", value); put(key, "standard_error", SE(s)) }
}
write.csv(do.call(rbind, out), "reference.csv", row.names = FALSE)
writeLines(c(R.version.string, paste("survey", packageVersion("survey"))), "reference_versions.txt")
