# Golden values that the other folders lack. Run in this folder: Rscript reference.R
# Writes reference.csv (key, i, value) and reference_versions.txt.
suppressMessages(library(survey)); options(digits = 16)
res <- list(); put <- function(k, v) res[[k]] <<- as.numeric(v)
read <- function(n) read.csv(file.path("..", "r_survey_api", paste0(n, ".csv")))
apistrat <- read("apistrat"); apiclus1 <- read("apiclus1")
margins <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, sch.wideYes = 5122)

# Bounded calibration of the example of Kalton and Flores-Cervantes (2003)
ab <- expand.grid(a = factor(1:4), b = factor(1:3))
ks <- ab[rep(1:12, c(20, 50, 100, 30, 40, 140, 50, 100, 40, 310, 50, 70)), ]
kp <- ab[rep(1:12, c(80, 60, 170, 55, 40, 150, 60, 165, 55, 340, 200, 125)), ]
kd <- svydesign(id = ~1, data = ks, weights = ~1); km <- colSums(model.matrix(~a + b, kp))
kr <- calibrate(kd, ~a + b, km, calfun = "raking", bounds = c(0.9, 2.2), epsilon = 1e-13, maxit = 500)
kl <- calibrate(kd, ~a + b, km, bounds = c(0.5, 2.2), epsilon = 1e-13, maxit = 500)
put("kalton.raking.0.9.2.2", svytable(~a + b, kr) / xtabs(~a + b, ks))
put("kalton.linear.0.5.2.2", svytable(~a + b, kl) / xtabs(~a + b, ks))
put("kalton.raking", svytable(~a + b, calibrate(kd, ~a + b, km, calfun = "raking", epsilon = 1e-13)) / xtabs(~a + b, ks))

# Designs, plain and calibrated
strat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat)
stratnofpc <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat)
clus1 <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1)
cal <- function(d) calibrate(d, ~stype + sch.wide, margins, calfun = "raking", epsilon = 1e-13)
D <- list(strat = strat, clus1 = clus1, strat_calrake = cal(strat), clus1_calrake = cal(clus1))
for (n in names(D)) { d <- D[[n]]
  for (tt in c("wilcoxon", "vanderWaerden", "median")) {
    x <- svyranktest(api00 ~ comp.imp, d, test = tt)
    put(paste0(n, ".rank_", tt), c(x$statistic, x$parameter, x$p.value, x$estimate)) }
  x <- svyranktest(api00 ~ stype, d, test = "KruskalWallis")  # 4.1-1 swaps statistic and parameter
  put(paste0(n, ".kruskal"), c(x$parameter, x$statistic, x$ddf, x$p.value))
  x <- svychisq(~comp.imp + stype, d, statistic = "F")
  put(paste0(n, ".chisqF_3x2"), c(x$statistic, x$parameter, x$p.value))
  q <- svyquantile(~api00, d, c(.25, .5, .75), qrule = "school")$api00
  put(paste0(n, ".quantile_school"), t(q[, 1:4]))
  x <- svyttest(api00 ~ comp.imp, d); put(paste0(n, ".ttest"), c(x$statistic, x$parameter, x$p.value, x$estimate, x$conf.int))
  b <- svyby(~api00, ~awards, subset(d, stype != "M"), svyquantile, quantiles = .5, ci = TRUE, keep.var = TRUE)
  put(paste0(n, ".domain_median"), c(b[[2]], b[[3]]))
  # overlapping segments: the share of awards among comp.imp schools against that among sch.wide schools
  v <- d$variables
  m <- svyratio(~ I((awards == "Yes") * (comp.imp == "Yes")) + I((awards == "Yes") * (sch.wide == "Yes")), ~ I(1 * (comp.imp == "Yes")), d)
  one <- svyratio(~ I((awards == "Yes") * (comp.imp == "Yes")), ~ I(1 * (comp.imp == "Yes")), d)
  two <- svyratio(~ I((awards == "Yes") * (sch.wide == "Yes")), ~ I(1 * (sch.wide == "Yes")), d)
  w <- weights(d); a <- v$comp.imp == "Yes"; s <- v$sch.wide == "Yes"; y <- v$awards == "Yes"
  u <- a * (y - coef(one)) / sum(w * a) - s * (y - coef(two)) / sum(w * s)
  put(paste0(n, ".overlap"), c(coef(one) - coef(two), SE(svytotal(u, d))))
}

# Logistic models, run to convergence, and average marginal effects with the linearised variance
# of Graubard and Korn (1999, Biometrics 55, 652-659): influence of the mean of the difference in
# predictions plus gradient times the influence of the coefficients.
for (n in names(D)) { d <- D[[n]]; w <- weights(d)
  g <- svyglm(I(sch.wide == "Yes") ~ ell + meals + stype, d, family = quasibinomial(), control = glm.control(epsilon = 1e-15, maxit = 100))
  # glm stops when the deviance no longer moves and keeps the working weights of the step before:
  # start again from the result until they are those of the coefficients
  for (k in 1:3) { beta0 <- coef(g)
    g <- svyglm(I(sch.wide == "Yes") ~ ell + meals + stype, d, family = quasibinomial(), start = beta0, control = glm.control(epsilon = 1e-15, maxit = 100)) }
  put(paste0(n, ".glm"), c(coef(g), SE(g), g$df.residual))
  x <- regTermTest(g, ~stype); put(paste0(n, ".glm_stype"), c(x$Ftest, x$df, x$ddf, x$p))
  X <- model.matrix(g); mu <- fitted(g); y <- as.numeric(d$variables$sch.wide == "Yes")
  bread <- solve(t(X * (w * mu * (1 - mu))) %*% X); infl <- (X * (y - mu)) %*% bread
  ame <- function(up, down, slope = 0) {
    pu <- plogis(drop(up %*% coef(g))); pd <- plogis(drop(down %*% coef(g)))
    list(p = pu - pd, grad = up * (pu * (1 - pu)) - down * (pd * (1 - pd))) }
  finish <- function(k, e) { m <- sum(w * e$p) / sum(w); grad <- colSums(w * e$grad) / sum(w)
    u <- (e$p - m) / sum(w) + drop(infl %*% grad); put(paste0(n, ".ame_", k), c(m, SE(svytotal(u, d)))) }
  for (lev in c("H", "M")) { up <- X; up[, c("stypeH", "stypeM")] <- 0; down <- up; up[, paste0("stype", lev)] <- 1
    finish(lev, ame(up, down)) }
  q <- mu * (1 - mu); b <- coef(g)["ell"]
  e <- list(p = q * b, grad = X * (q * (1 - 2 * mu) * b)); e$grad[, "ell"] <- e$grad[, "ell"] + q
  finish("ell", e)
}

# Two waves with a panel overlap: schools 1-150 of apistrat give api99, schools 51-200 api00
one <- data.frame(key = apistrat$snum[1:150], stype = apistrat$stype[1:150], pw = apistrat$pw[1:150], y = apistrat$api99[1:150], wave = 1)
two <- data.frame(key = apistrat$snum[51:200], stype = apistrat$stype[51:200], pw = apistrat$pw[51:200], y = apistrat$api00[51:200], wave = 2)
both <- rbind(one, two)
pd <- svydesign(id = ~key, strata = ~stype, weights = ~pw, data = both)
b <- svyby(~y, ~wave, pd, svymean, covmat = TRUE); k <- svycontrast(b, c(-1, 1))
put("panel.change", c(coef(k), SE(k), degf(pd))); put("panel.cov", vcov(b))
apart <- svydesign(id = ~paste(wave, key), strata = ~paste(wave, stype), weights = ~pw, data = both)
b <- svyby(~y, ~wave, apart, svymean, covmat = TRUE); k <- svycontrast(b, c(-1, 1))
put("apart.change", c(coef(k), SE(k), degf(apart)))

# Jackknife, re-raked in each replicate
pop <- list(data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018)), data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122)))
again <- function(d) rake(d, list(~stype, ~sch.wide), pop, control = list(maxit = 500, epsilon = 1e-11, verbose = FALSE))
J <- list(jkn = as.svrepdesign(stratnofpc, type = "JKn"), jknfpc = as.svrepdesign(strat, type = "JKn"), jk1 = as.svrepdesign(svydesign(id = ~dnum, weights = ~pw, data = apiclus1), type = "JK1"))
for (n in names(J)) for (raked in c(FALSE, TRUE)) { d <- if (raked) again(J[[n]]) else J[[n]]
  k <- paste0(n, if (raked) "_rake")
  m <- svymean(~api00, d); put(paste0(k, ".mean"), c(coef(m), SE(m), degf(d)))
  t <- svytotal(~enroll, d); put(paste0(k, ".total"), c(coef(t), SE(t)))
  b <- svyby(~api00, ~awards, d, svymean); put(paste0(k, ".domain"), c(coef(b), SE(b))) }

write.csv(data.frame(key = rep(names(res), lengths(res)), i = unlist(lapply(res, seq_along)), value = sprintf("%.15g", unlist(res))), "reference.csv", row.names = FALSE)
writeLines(c(R.version.string, paste("survey", packageVersion("survey"))), "reference_versions.txt")
