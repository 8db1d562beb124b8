# What compare_waves and relate_outcomes must give for waves made of the California schools.
# Run in this folder: Rscript reference.R
# Writes reference.csv (key, what, value) and reference_versions.txt. A key is
# wave/question/item/answer/statistic/segment/level/versus.
suppressMessages(library(survey)); options(digits = 17)
out <- list()
put <- function(key, what, value) out[[length(out) + 1]] <<- data.frame(key = tolower(key), what = what, value = as.numeric(value))
read <- function(name) {
  x <- read.csv(file.path("..", "r_survey_api", paste0(name, ".csv")))
  x$size <- c("small", "mid", "large")[findInterval(x$enroll, c(300, 600)) + 1]
  x$level <- findInterval(x$api00, c(500, 600, 700, 800)) + 1
  x
}
strat <- read("apistrat"); srs <- read("apisrs"); clus <- read("apiclus1")
strat$awards[strat$snum %% 7 == 0] <- NA; strat$api00[strat$snum %% 11 == 0] <- NA
# a: strata, finite populations, missing answers; b: districts, raked; c: simple, equal weights
A <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = strat)
B <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = clus)
B <- calibrate(B, ~stype + sch.wide, c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, sch.wideYes = 5122), calfun = "raking", epsilon = 1e-13, maxit = 500)
C <- svydesign(id = ~1, weights = ~pw, fpc = ~fpc, data = srs)
waves <- list(a = A, b = B, c = C)
sizes <- c("small", "mid", "large"); types <- c("E", "H", "M")

# The influence of every row on the share of a group, and what is known of that share.
one_side <- function(d, y, g) { n <- weights(d); g <- g & !is.na(y); m <- sum(n[g] * y[g]) / sum(n[g])
  list(u = ifelse(g, (y - m) / sum(n[g]), 0), m = m, base = sum(g), kish = sum(n[g])^2 / sum(n[g]^2)) }
# Bounds of one share: logit, or Korn and Graubard's where fewer than 30 answered or fewer than 5
# effective answers are for or against.
bounds <- function(m, se, n, df) { inside <- m > 0 & m < 1; size <- if (inside) m * (1 - m) / se^2 else n
  if (inside && n >= 30 && size * min(m, 1 - m) >= 5) return(list(plogis(qlogis(m) + c(-1, 1) * qt(.975, df) * se / (m * (1 - m))), FALSE))
  if (inside) size <- min(size * (qt(.975, n - 1) / qt(.975, df))^2, n)
  list(c(qbeta(.025, size * m, size * (1 - m) + 1), qbeta(.975, size * m + 1, size * (1 - m))), TRUE) }
# t divides by the error if both shares were equal; a rare share gives bounds after Newcombe.
put_shares <- function(key, a, b, V, df) { d <- a$m - b$m; se <- sqrt(V[1, 1] + V[2, 2] - 2 * V[1, 2])
  m <- (a$kish * a$m + b$kish * b$m) / (a$kish + b$kish); own <- c(a$m * (1 - a$m), b$m * (1 - b$m)); f <- ifelse(own > 0, sqrt(m * (1 - m) / own), 0)
  extra <- sum(ifelse(own > 0, 0, m * (1 - m) / c(a$kish, b$kish)))  # nobody or everybody: no influence
  score <- d / sqrt(drop(c(f[1], -f[2]) %*% V %*% c(f[1], -f[2])) + extra)
  A <- bounds(a$m, sqrt(V[1, 1]), a$base, df); B <- bounds(b$m, sqrt(V[2, 2]), b$base, df); r <- if (all(own > 0)) V[1, 2] / sqrt(V[1, 1] * V[2, 2]) else 0
  low <- d - qt(.975, df) * se; high <- d + qt(.975, df) * se
  if (A[[2]] || B[[2]]) { x <- a$m - A[[1]][1]; y <- B[[1]][2] - b$m; low <- d - sqrt(x^2 - 2 * r * x * y + y^2)
    x <- A[[1]][2] - a$m; y <- b$m - B[[1]][1]; high <- d + sqrt(x^2 - 2 * r * x * y + y^2) }
  put(key, "score", score); put(key, "degrees", df); put(key, "p", 2 * pt(-abs(score), df)); put(key, "value", d); put(key, "low", low); put(key, "high", high)
}
ttest <- function(key, d, y, g) {  # y 1, 0, NA or a number; g TRUE: the level
  if (is.logical(y)) { a <- one_side(d, y, g); b <- one_side(d, y, !g); d$variables$.a <- a$u; d$variables$.b <- b$u
    units <- subset(d, !is.na(y)); df <- degf(units) - 1
    return(put_shares(key, a, b, vcov(svytotal(~.a + .b, d)), df)) }
  d$variables$.y <- as.numeric(y); d$variables$.g <- as.numeric(g)
  if (anyNA(y)) d <- subset(d, !is.na(.y))  # wave a only: it is not calibrated
  x <- svyttest(.y ~ .g, d)
  for (what in c("score", "degrees", "p", "value")) put(key, what, x[[c(score = "statistic", degrees = "parameter", p = "p.value", value = "estimate")[what]]])
  put(key, "low", x$conf.int[1]); put(key, "high", x$conf.int[2])
}
for (w in names(waves)) { d <- waves[[w]]; v <- d$variables
  for (s in c("size", "stype")) for (lev in if (s == "size") sizes else types) {
    g <- v[[s]] == lev
    ttest(paste0(w, "/awards//yes/share/", s, "/", lev, "/rest"), d, v$awards == "Yes", g)
    ttest(paste0(w, "/api00///mean/", s, "/", lev, "/rest"), d, v$api00, g)
    ttest(paste0(w, "/level//good/net/", s, "/", lev, "/rest"), d, v$level >= 4, g)
  }
  for (opt in c("sch.wide", "comp.imp"))  # the segment of a multiple choice: its levels overlap
    ttest(paste0(w, "/awards//yes/share/help/", c(sch.wide = "wide", comp.imp = "comp")[opt], "/rest"), d, v$awards == "Yes", v[[opt]] == "Yes")
  for (s in c("size", "stype")) for (q in c("level", "comp.imp", "awards")) {
    x <- svychisq(as.formula(paste0("~", q, "+", s)), d, statistic = "F")
    key <- paste0(w, "/", c(level = "level//", comp.imp = "help//comp", awards = "awards//")[q], "/table/", s, "//")
    put(key, "score", x$statistic); put(key, "degrees", x$parameter[1]); put(key, "degrees_within", x$parameter[2]); put(key, "p", x$p.value)
  }
  # wide less comp, who overlap: the difference of two domain means with its covariance
  y <- v$awards == "Yes"; sides <- lapply(c("sch.wide", "comp.imp"), function(opt) one_side(d, y, v[[opt]] == "Yes"))
  d$variables$.a <- sides[[1]]$u; d$variables$.b <- sides[[2]]$u; either <- !is.na(y) & (v$sch.wide == "Yes" | v$comp.imp == "Yes")
  put_shares(paste0(w, "/awards//yes/share/help/wide/comp"), sides[[1]], sides[[2]], vcov(svytotal(~.a + .b, d)), degf(subset(d, either)) - 1)
}
# ranks where all weights are equal, so that the order of ties does not matter
for (lev in sizes) { C$variables$.g <- as.numeric(C$variables$size == lev)
  x <- svyranktest(level ~ .g, C); key <- paste0("c/level///rank/size/", lev, "/rest")
  put(key, "score", x$statistic); put(key, "degrees", x$parameter); put(key, "p", x$p.value) }

# wave b against wave a and c against b: independent samples
change <- function(key, now, before, name, f) {
  m <- list(); for (w in c(now, before)) { d <- waves[[w]]; d$variables$.y <- f(d$variables[[name]])
    if (anyNA(d$variables$.y)) d <- subset(d, !is.na(.y)); e <- svymean(~.y, d); m[[w]] <- c(coef(e), SE(e), degf(d)) }
  if (name == "awards") { sides <- lapply(c(now, before), function(w) { d <- waves[[w]]; one_side(d, f(d$variables[[name]]) == 1, rep(TRUE, nrow(d$variables))) })
    return(put_shares(key, sides[[1]], sides[[2]], diag(c(m[[now]][2], m[[before]][2])^2), m[[now]][3] + m[[before]][3] - 1)) }
  diff <- m[[now]][1] - m[[before]][1]; se <- sqrt(m[[now]][2]^2 + m[[before]][2]^2); df <- m[[now]][3] + m[[before]][3] - 1
  put(key, "value", diff); put(key, "score", diff / se); put(key, "degrees", df); put(key, "p", 2 * pt(-abs(diff / se), df))
}
for (w in 2:3) { now <- names(waves)[w]; before <- names(waves)[w - 1]
  change(paste0(now, "/awards//yes/share///previous"), now, before, "awards", function(x) as.numeric(x == "Yes"))
  change(paste0(now, "/api00///mean///previous"), now, before, "api00", as.numeric) }

# a panel within clusters: schools 1-120 of apiclus1 give api99, schools 61-183 api00. Every fifth
# school has moved to the next district by then. Units are what panel keys link.
one <- data.frame(key = clus$snum[1:120], cluster = paste0("1-", clus$dnum[1:120]), pw = clus$pw[1:120], y = clus$api99[1:120], wave = 0)
moved <- ifelse(seq_len(183) %% 5 == 0, c(clus$dnum[-1], clus$dnum[1]), clus$dnum)[61:183]
two <- data.frame(key = clus$snum[61:183], cluster = paste0("2-", moved), pw = clus$pw[61:183] * (1 + (61:183) %% 3), y = clus$api00[61:183], wave = 1)
both <- rbind(one, two)
unit <- seq_len(nrow(both))
repeat { before <- unit
  for (by in list(both$cluster, both$key)) unit <- ave(unit, by, FUN = min)
  if (all(unit == before)) break }
both$unit <- unit
x <- svyttest(y ~ wave, svydesign(id = ~unit, weights = ~pw, data = both)); key <- "linked/api00///mean///previous"
put(key, "units", length(unique(unit))); put(key, "value", x$estimate); put(key, "score", x$statistic); put(key, "degrees", x$parameter); put(key, "p", x$p.value)

# awards by size and type, other things equal: a logistic model run to convergence, its Wald tests
# and its average marginal effects (Graubard and Korn 1999, Biometrics 55, 652-659)
for (w in c("b", "c")) { d <- waves[[w]]; v <- d$variables; n <- weights(d)
  d$variables$size <- factor(v$size, sizes); d$variables$stype <- factor(v$stype, types); d$variables$y <- as.numeric(v$awards == "Yes")
  control <- glm.control(epsilon = 1e-15, maxit = 100)
  g <- svyglm(y ~ size + stype, d, family = quasibinomial(), control = control)
  # glm stops when the deviance no longer moves and keeps the working weights of the step before
  for (k in 1:3) { beta0 <- coef(g); g <- svyglm(y ~ size + stype, d, family = quasibinomial(), start = beta0, control = control) }
  X <- model.matrix(g); mu <- fitted(g); y <- d$variables$y
  bread <- solve(t(X * (n * mu * (1 - mu))) %*% X); infl <- (X * (y - mu)) %*% bread
  for (s in c("size", "stype")) { x <- regTermTest(g, as.formula(paste0("~", s)))
    key <- paste0(w, "/_relations/awards//effect/", s, "//")
    put(key, "score", x$Ftest); put(key, "degrees", x$df); put(key, "degrees_within", x$ddf); put(key, "p", x$p)
    all <- if (s == "size") sizes else types
    for (lev in all[-1]) { up <- X; up[, paste0(s, all[-1])] <- 0; down <- up; up[, paste0(s, lev)] <- 1
      pu <- plogis(drop(up %*% coef(g))); pd <- plogis(drop(down %*% coef(g)))
      grad <- colSums(n * (up * (pu * (1 - pu)) - down * (pd * (1 - pd)))) / sum(n); m <- sum(n * (pu - pd)) / sum(n)
      se <- SE(svytotal((pu - pd - m) / sum(n) + drop(infl %*% grad), d)); df <- degf(d) + 1 - length(coef(g))
      key <- paste0(w, "/_relations/awards//effect/", s, "/", lev, "/", all[1])
      put(key, "value", m); put(key, "score", m / se); put(key, "low", m - qt(.975, df) * se); put(key, "high", m + qt(.975, df) * se); put(key, "p", 2 * pt(-abs(m / se), df)) } } }
r <- do.call(rbind, out); r$value <- sprintf("%.15g", r$value)
write.csv(r, "reference.csv", row.names = FALSE)
writeLines(c(R.version.string, paste("survey", packageVersion("survey"))), "reference_versions.txt")
