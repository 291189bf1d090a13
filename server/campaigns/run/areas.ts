// Countries with several time zones whose numbers tell where they are from: the area code of North America, Brazil and
// Mexico, also in mobile numbers. Of the others the zone where most people live stands for all.

type Areas = { digits: number; zones: Record<string, string> }

/** By calling code. Written as zone → area codes. */
const NORTH_AMERICA: Record<string, string> = {
  'America/New_York': `201 202 203 207 212 215 216 220 223 227 229 231 234 239 240 248 252 260 267 269 272 276 283 301 302 304
    305 313 315 317 321 324 326 329 330 332 336 339 347 351 352 363 380 386 401 404 407 410 412 413 419 423 434 436 440 443 445
    463 470 472 475 478 484 502 508 513 516 517 518 540 551 561 567 570 571 574 582 585 586 603 606 607 609 610 614 616 617 624
    631 640 645 646 656 667 678 679 680 681 686 689 703 704 706 716 717 718 724 727 728 732 734 740 743 754 757 762 765 770 771
    772 774 781 786 802 803 804 810 812 813 814 821 826 828 835 838 839 843 845 848 854 856 857 859 860 862 863 864 865 878 904
    906 908 910 912 914 917 919 929 930 934 937 941 943 947 948 954 959 973 978 980 984 989`,
  'America/Toronto': `226 249 263 289 343 354 365 367 382 387 416 418 437 438 450 468 514 519 548 579 581 613 647 683 705 742
    753 807 819 873 905 942`,
  'America/Chicago': `205 210 214 217 218 219 224 225 228 235 251 254 256 262 270 274 281 308 309 312 314 316 318 319 320 325
    327 331 334 337 346 353 361 364 402 405 409 414 417 430 432 447 448 457 464 469 479 501 504 507 512 515 531 534 539 557 563
    572 573 580 601 605 608 612 615 618 620 621 629 630 636 641 651 659 660 662 682 701 708 712 713 715 726 730 731 737 763 769
    773 779 785 806 815 816 817 830 832 847 850 861 870 872 901 903 913 918 920 924 931 936 938 940 945 952 956 972 975 979 985`,
  'America/Winnipeg': '204 431 584',
  'America/Regina': '306 474 639',
  'America/Denver': '208 303 307 385 406 435 505 575 719 720 801 915 970 983 986',
  'America/Edmonton': '368 403 587 780 825 867',
  'America/Phoenix': '480 520 602 623 928',
  'America/Los_Angeles': `206 209 213 253 279 310 323 341 350 357 360 369 408 415 424 425 442 458 503 509 510 530 541 559 562
    564 619 626 628 650 657 661 669 702 707 714 725 738 747 760 775 805 818 820 831 837 840 858 909 916 925 949 951 971`,
  'America/Vancouver': '236 250 257 604 672 778',
  'America/Anchorage': '907',
  'Pacific/Honolulu': '808',
  'America/Halifax': '428 506 782 902',
  'America/St_Johns': '709 879',
}

const BRAZIL: Record<string, string> = {
  'America/Cuiaba': '65 66',
  'America/Campo_Grande': '67',
  'America/Porto_Velho': '69',
  'America/Manaus': '92 97',
  'America/Boa_Vista': '95',
  'America/Rio_Branco': '68',
}

const MEXICO: Record<string, string> = {
  'America/Tijuana': '616 646 658 661 664 665 686',
  'America/Hermosillo': '622 623 631 632 633 634 637 641 642 643 644 645 647 651 653 662',
  'America/Mazatlan':
    '311 319 323 324 325 327 389 612 613 615 624 667 668 669 672 673 687 694 695 696 697 698',
  'America/Ciudad_Juarez': '656',
  'America/Cancun': '983 984 987 997 998',
}

const AREAS: Record<string, Areas> = {
  '1': byArea(NORTH_AMERICA, 3),
  '55': byArea(BRAZIL, 2),
  '52': byArea(MEXICO, 3),
  // As WhatsApp writes Mexican mobile numbers.
  '521': byArea(MEXICO, 3),
}

const MAIN: Record<string, string> = {
  AU: 'Australia/Sydney',
  BR: 'America/Sao_Paulo',
  CA: 'America/Toronto',
  CD: 'Africa/Lagos',
  CL: 'America/Santiago',
  CN: 'Asia/Shanghai',
  EC: 'America/Guayaquil',
  ES: 'Europe/Madrid',
  FM: 'Pacific/Guadalcanal',
  GL: 'America/Nuuk',
  ID: 'Asia/Jakarta',
  KI: 'Pacific/Tarawa',
  MN: 'Asia/Ulaanbaatar',
  MX: 'America/Mexico_City',
  NZ: 'Pacific/Auckland',
  PF: 'Pacific/Tahiti',
  PG: 'Pacific/Port_Moresby',
  PT: 'Europe/Lisbon',
  RU: 'Europe/Moscow',
  UA: 'Europe/Kyiv',
  US: 'America/New_York',
}

/** The zone where most people of a country with several live. */
export function mainZone(country: string): string | undefined {
  return MAIN[country]
}

/** The zone that the area code of a number (digits, with the calling code) tells, if it does. */
export function zoneOfArea(digits: string): string | undefined {
  for (const code of ['521', '52', '55', '1']) {
    const areas = digits.startsWith(code) ? AREAS[code] : undefined
    const zone = areas?.zones[digits.slice(code.length, code.length + areas.digits)]
    if (zone !== undefined) return zone
  }
  return undefined
}

function byArea(zones: Record<string, string>, digits: number): Areas {
  const pairs = Object.entries(zones).flatMap(([zone, codes]) => codes.split(/\s+/).map(code => [code, zone]))
  return { digits, zones: Object.fromEntries(pairs) }
}
