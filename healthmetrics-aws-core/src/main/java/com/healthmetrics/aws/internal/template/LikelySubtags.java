package com.healthmetrics.aws.internal.template;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A locale with the script and the region that most of its readers have where it names none: {@code
 * zh-HK} is written in {@code Hant}, {@code pt} is that of Brazil.
 *
 * <p>Source: Unicode CLDR, "Likely Subtags" and "Language Matching" (UTS #35). The JDK has this
 * data, but no method that returns it. Languages that are not listed are written in Latin.
 *
 * @param language as in the tag, but {@code nb} for {@code no}, {@code zh} for {@code cmn}, and the
 *     like
 * @param region empty if the locale has none and the language is that of no single one
 */
record LikelySubtags(String language, String script, String region) {
  private static final Map<String, String> SCRIPTS =
      table(
          """
          zh=Hans zh-TW=Hant zh-HK=Hant zh-MO=Hant yue=Hant yue-CN=Hans
          ja=Jpan ko=Kore th=Thai lo=Laoo km=Khmr
          my=Mymr ka=Geor hy=Armn am=Ethi ti=Ethi el=Grek bo=Tibt dz=Tibt si=Sinh
          be=Cyrl bg=Cyrl kk=Cyrl ky=Cyrl mk=Cyrl mn=Cyrl ru=Cyrl tg=Cyrl tt=Cyrl uk=Cyrl
          sr=Cyrl sr-ME=Latn sh=Latn az-RU=Cyrl
          as=Beng bn=Beng gu=Gujr hi=Deva kn=Knda ml=Mlym mr=Deva ne=Deva or=Orya ta=Taml te=Telu
          he=Hebr yi=Hebr dv=Thaa nqo=Nkoo syr=Syrc rhg=Rohg
          ar=Arab arz=Arab ary=Arab azb=Arab bal=Arab ckb=Arab fa=Arab glk=Arab ks=Arab lrc=Arab
          mzn=Arab pnb=Arab ps=Arab sd=Arab sd-IN=Deva skr=Arab ug=Arab ur=Arab
          az-IQ=Arab az-IR=Arab kk-CN=Arab ky-CN=Arab pa=Guru pa-PK=Arab uz-AF=Arab
          """);

  private static final Map<String, String> REGIONS =
      table(
          """
          ar=EG bn=BD da=DK de=DE el=GR en=US es=ES fa=IR fr=FR hi=IN it=IT ja=JP ko=KR ms=MY nb=NO
          nl=NL nn=NO pt=BR ro=RO ru=RU sr=RS sv=SE sw=TZ ta=IN tr=TR ur=PK zh-Hans=CN zh-Hant=TW
          """);

  /** Other tags of the same languages. */
  private static final Map<String, String> ALIASES = table("no=nb cmn=zh tl=fil sh=sr mo=ro");

  /** Languages whose readers understand another: Nynorsk and Cantonese. */
  private static final Map<String, String> UNDERSTOOD = table("nn=nb yue=zh");

  /** Regions whose readers understand each other best; all other regions form a group, too. */
  private static final Map<String, Set<String>> GROUPS =
      Map.of(
          "en", words("AS CA GU MH MP PH PR UM US VI"),
          "es",
              words("AR BO BR BZ CA CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV US UY VE 019 419"),
          "pt", words("BR CA US 019 419"),
          "zh", words("HK MO"),
          "ar", words("DZ EH LY MA MR TN"));

  private static final Set<String> RIGHT_TO_LEFT =
      words("Adlm Arab Aran Hebr Mand Nkoo Rohg Samr Syrc Thaa Yezi");

  static LikelySubtags of(Locale locale) {
    // Locale.getLanguage() returns old codes, such as iw for he, if a system property says so.
    String tag = locale.toLanguageTag();
    String first = tag.substring(0, (tag + "-").indexOf('-'));
    String language = ALIASES.getOrDefault(first, first);
    String country = locale.getCountry();
    String script = locale.getScript();
    if (script.isEmpty()) {
      script = SCRIPTS.getOrDefault(language + "-" + country, script(first, language));
    }
    String region =
        country.isEmpty()
            ? REGIONS.getOrDefault(language + "-" + script, REGIONS.getOrDefault(language, ""))
            : country;
    return new LikelySubtags(language, script, region);
  }

  /** Serbo-Croatian implies another script than Serbian. */
  private static String script(String tagged, String language) {
    return SCRIPTS.getOrDefault(tagged, SCRIPTS.getOrDefault(language, "Latn"));
  }

  /** Whether readers of one language understand the other. */
  boolean sharesLanguageWith(LikelySubtags other) {
    return spoken().equals(other.spoken());
  }

  private String spoken() {
    return UNDERSTOOD.getOrDefault(language, language);
  }

  boolean sharesGroupWith(LikelySubtags other) {
    Set<String> group = GROUPS.getOrDefault(language, Set.of());
    return group.contains(region) == group.contains(other.region);
  }

  boolean isRightToLeft() {
    return RIGHT_TO_LEFT.contains(script);
  }

  private static Set<String> words(String separatedBySpaces) {
    return Set.of(separatedBySpaces.split(" "));
  }

  private static Map<String, String> table(String entries) {
    return Arrays.stream(entries.strip().split("\\s+"))
        .map(entry -> entry.split("="))
        .collect(Collectors.toUnmodifiableMap(pair -> pair[0], pair -> pair[1]));
  }
}
