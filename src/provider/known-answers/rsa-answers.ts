/**
 * RSA keys with what they make. The keys are the traditional halves of the test vectors of
 * draft-ietf-lamps-pq-composite-sigs (MLDSA44-RSA2048-PSS-SHA256, MLDSA65-RSA3072-PSS-SHA512,
 * MLDSA65-RSA4096-PSS-SHA512); the answers were computed from their numbers with bare big-integer arithmetic by
 * RFC 8017 §7.1.1, §8.1.1 and §8.2.1, and OpenSSL agrees with them.
 */
import type { HashName } from '../../registry/index.ts';

export interface RsaAnswer {
  /** RSAPrivateKey in DER, base64. */
  readonly privateKey: string;
  /** The bytes 0 to 31 encrypted with RSA-OAEP, base64. */
  readonly oaep: string;
  /** The first bytes of the PKCS#1 v1.5 signature of `abc`, hexadecimal. */
  readonly pkcs1: Readonly<Partial<Record<HashName, string>>>;
  /** A PSS signature of `abc`, base64. */
  readonly pss: Readonly<Partial<Record<HashName, string>>>;
}

/** By bits of the modulus. */
export const RSA_ANSWERS: Readonly<Record<2048 | 3072 | 4096, RsaAnswer>> = {
  '2048': {
    privateKey:
      'MIIEowIBAAKCAQEA1FhlDs16qaHcVl2KP1qUfozd+j7TyeVhhFDk9Ry09TmvYzwYz/2dWmAl/QQ8Vd9Pur03z0nm+Z3FU+28' +
      'HF6AyC9JMWaYWgftJYWqWFGCAgcS5C/1BIMuX8ZVnzM58PpvRbuNegiXeVlSdJ6sUE9Kb/uaxwjS/cb3qbhKMyKqXntM/WMW' +
      '6NgHWlENIfjfSiiSE6/aLZ04Cd3OQKDbGsoGqa/axQJhkWyPycb4EnHiBgJn7WBxS6hourHDtOT7jSyvaUDGcfHK9bhPU2Eo' +
      '/TsITi2Pd+wqcF7hM3s4j1KS0qKN41A4WP2xgGKwLZ8krM8RJ9QGKeqlZAuOpVypq8sPlwIDAQABAoIBAFhfjXdypukwNu4u' +
      'sdmaDhD4+W0rdqMg9svFivREBT/FySuImF7/ktxJBaZee+nVLW5vT2nSvPEH61b5qv83iWtG2rRXmXJmuBiUn4dwLKZBYWhc' +
      'WSGOot8zQPEntaaH44VnAANYzgmv1fQ5EUe/KCCg2xKYpo79npcg3qiXdcYp0nWPKerm96/jHcIaAa0Sam9qdla+Okb/vmZ0' +
      'mLxeWzogPtqUuB8eFsclv2cf92pZjf0M9ePb86ZFTWkS67TUUG0GmZIUqrAz+SpQVqes7IawMz/FTPZ+TnEvyf5fJNS8LFTG' +
      'BbJ9a/fPkTK5wgFYMG0CQgXg1jFjmX2Zj2jewDECgYEA8gd0KZ39J24+GrRFMd8ooZ+6XqDhORwkqMbx/muLea/MaJJqqajA' +
      'TD+C+2/BKDeBblxmkdhIRAbLx6eptC88oHhojuHcsfnGsvhKvFlW2VLMpVDH87tHD5owBH+NK3XJBxJTTiPFXksOKqsw5fiS' +
      'J9+MBu0TOLXs/yLf9GxZyo8CgYEA4JpLBrCi94KgHTBGAWSKmgBMMRSIjTUEqVXzdjDma8h6CvRb3g39PKE/JeDXFxlw5MfA' +
      'qDUCAe9xYJlg49wySsqYzOeVtITUqUcI3LBSfAsv3VdobGWGwEle6+H1EqDI4oRW6WVZhyqY2cXxl/GvfKX0kMrtJI6Q5CPu' +
      '6lSRjnkCgYB58I1zJllUk3OQysCOBuwWuj4QzSeMOYSy0EE+OPr1nT/0c8hvoEj6YYlhmwWLeKOqcb1vv7NxKqdi+TNESARY' +
      'qTGsw1kJBlo482XcDXr3VYMry05imzmLP9jve0Ap5FcbS/1Swiz/e/swPj4Nr7YbhsKq/qkPioFUbkK9iBWZOwKBgQDGOkb3' +
      'O5RJYIdR25Ydio/tRU/5jUbLYbyge1RpvtTO0dwsqOgfvjb/eMzT8HHFWFXUBRxbGJWSAbMN77Ccym20psRfLBFrhkRutlvy' +
      '8seJ5RG0h32JFb3tHZRiGUYDz9YcXXKbgTCX5BeNNG96i/s2xv1ngUH1HsJwJ+qn9EWW+QKBgGtFoRE2yIw8q3FprXxykCPS' +
      'njt/n5na2cLOBQoEA1EUfETcc5w31BOCaRT9BcqjHvI5SWD4HeajKFszFcbi295p2FdYJpTXLVurYPRFzZ1oklMjSpIhsc+m' +
      'BAIgV0zzlN0nlu2ftgLbIRKEa1gPg7y3okifisYv2PTiLvg7a89b',
    oaep:
      'M9STlq7oZOepFilm/fklTYL+gtEzTTySh9Hb9qvN9iyOgtU4IyVD5M3QphRoZ3hMR5HZgmALKCPL+vqEa1YgSAq85x4vLyf9' +
      '1uWC/wK5rWKsExR8wbL0y5SJBWMuC1UIw4cmLfOGjF69Vvlqeb0ncWlnQ4THhBrl0V2h4zZekpij6aU7PoHMer9zxYM7dvbP' +
      '1TanW1+EcdhaCCognzX2kQOvf2rz0xW4J+2WUrzsiIio+ndvFtT6TijsqOQM0LT/5sNzA89n6RyZPNSJhNJH4jZUvuSAnMnu' +
      'wK5RN2Xfe6S9xNBDfScWaxth9YqwFuFdm1doK8wvI7tWM/TICCxyLQ==',
    pkcs1: {
      'SHA-256': 'c1049dd6e7aea1f23116ff255f564196f4beb89a90cb2f78307e225e0f1f1121',
      'SHA-384': '4bf3e24fc2ced7b6de8870782c00b0e0ff4e50ceb4bd676eca36812a8ad6671a',
      'SHA-512': '9051c4ebaa6c8282175215d06692eccbc645b1d79636fec025f7c1befae94165',
    },
    pss: {
      'SHA-256':
        'tAlUatrMfpNaHvqiDZ07pMbwaWAPxp9ahEb7SQo+6lcJWkRNbpmkif/EEB5mvrEfhRw5X6ivc7Gq/u3kabp/PKbc9jFxUrPA' +
        'bIi9lt7pB6uDR9tznWxsjqvX0Clp72uPq5xnIg3iIyRGg87FlZjrdEvmBZO72kJcdILOQaVU5Si98iWhpje5Jrehuu3J/7Yq' +
        'bXLHdAPt6KHrD3ml90NJGtikXovdUSehH6azTKOnEYoPtKF188xR9BkHxrh+wTG8ru7e1F93+fSbL1V+i48JfA1Sihv94O4o' +
        '0qhPtkRMSm+i7klVahDvIEtVUMzXc5gzPQvaxACJ2daMG6/5YG8gvA==',
      'SHA-384':
        'D9djysZDSX0sV98Ghp6RMOGv5bf8xjx+LV0TjWCG3LzmCo8e8rl191ekczpogHNkd+bjb0ds9eL0p9yAHiW1HUHqTOH89YVz' +
        'ItEPXmIA952H3oHRACqHk9sujvgEWS2utDZNDgQCbo0bhO/ABnD/pECMCJvE5u4n97SVbTK9vrBwdUKjNf8Zgg/VEOYN0Kc0' +
        'lEJ89cZiTg5fcP1MoOIFJfefZGzmq1KauG7a+LMx8+k+fdI/Ik58jaiIOmZlthvaCUNQlOQr36jbch3Jt2K4rPpheaSIL6Y4' +
        'bGEuLsX2HLt2P+ywPljQTt8wcdaP7ADJGa68HRpePXZDA42uVEEBbg==',
      'SHA-512':
        'ZhEq+fIKdbXpE1rJmN3I8hFnejopxJGqGRuovZKEvUeODoba2d4JWwC0WCtUzjmH3uj4D1iVLzVz2b3jEbeJTFe/gAcngOZu' +
        '9FZaoE+t4eSrxB4nBPV4J2I35GyFJsqEVyqbwoZ9Yc/00h7adT8Y3Tf0BYvBKCZsxnYUlEdbxJwMBkT7BchbiBVvRDsiI8uC' +
        'ZxOBqNo33ItH7FA9hEm2LG7QME55WU9aDXWB1sFiFcl/zrbrHAjBgRyKysqYccj5kvbA84XWZuPGoClN82QhEIkNldVdHXsf' +
        'E/2Pv1Pae2TZCPdv6W4bRFl8M7ZJVLNoxmlzLy4lUCYU5oWArBJ9Ow==',
    },
  },
  '3072': {
    privateKey:
      'MIIG4gIBAAKCAYEAtwIO6UlRzYT/iTmYMJSDaeCyrXH1VB95/8haKO1nepvT2wY+Xr+v45H/rALZZxDHZQNDmPdlhyuqUt73' +
      'UWmJFONQcEquwg8txPETl46Uc8sdedTKVnIBygb8aeyFKqRpwikmnm0Gc7Hyvn+6K5Hu7l/b+upkEL7/0go1fK36shjoN4ac' +
      'eMeFpd0u+iOv/Quiacc5FJxwfxm26Obku1NJMqoda9CqRaUiubIStKfVq8u4vYGSLpKagHO6IMWHmfEEviFpst6JzZXxOPt7' +
      'coTHNeAUvQyxsw3Coyffgy8NvyNvWqQPXFfwvq5PbJioarhgXJcMPYcQZJOpBZ9LnoYsofLn9MRU+tYVlnNmWigLoekv8AYa' +
      '0lL/N6eD3jnL9o6vwskr00qzWjn1F626O/OLcmlVPGg6O0O4uvbh/IJFjOrULxE/k7FAuqpUxQCLbXGaNtyGfYyNyb+vWkzX' +
      'sM1ZyfxIUI7YbuNZF19NezV8nDl2eCfpc5r3c2CUDqQiwks7AgMBAAECggGAJREbqBCbqv7XKxopQx2xiE5kolDEmedONIqG' +
      'CGgdX24UePZIx7QXkgZOPK7PDdsOJ92DYYYqYDht5R8YBLtVco+gCT53KwMcCBm0GCxe0R1AuR5qZRvuVNcZZPLs/fgTG6pu' +
      'EgSPG/vc6MzCDnUeadWsnqO+5M1qz0YWE0zBzDTTQ/vV0XjIDxI/o5Z63Mvwd3BMlWoiNvwkWgP6LB7wYnymPOIkurp50BbL' +
      'Rx//XS6EGo4V56z18jJ+bojTsFBqh8QS1u+De6CCGEIdvI7beeuPmBgrwRSgSSbdjp26kGWT3kImrXoOy5+mViSJWAS//Ify' +
      '0k7L6U9DFjmy3VGf2gAJTrtSPnufPfIlfQsA/wZaNHXe1ioPfYSTrUh3O+ngDscvIxSdNLX0B3TjFQ6rt6l1HYZq7R8A9YVg' +
      '9CTbaZMbkuqiURU57xitZLObi7ixE73HoOd9TBDMyqk5edfksoZ5oTQbjjDsmog/9RlD83g90jgAhtFZXppm91ouMM6hAoHB' +
      'AOAZ6y4zXrOHby1v/2jN5mmOhiHLgeZ46Nix74THKo88TysCv9L0eZ38nbJSgFYYA14eT9iMo7AsMVcxxKLObyeNidwB+rTI' +
      '8C/cz6rICHYwo928DR8LLAn/ZHRl8Fcg+zNUJjRUVOni8FmqD2tElKZptAQW2XPHV5B8inUuH+x+ihx6cESL25QF1lP1vi70' +
      'aWEIRoQUd6tYGqt3hv5E5sANB0oLee4SzjWxxFma7TcUYS6nDGcHAxapDoj6VnadyQKBwQDRDrvnovus3EsG82WJpSJum6mc' +
      '/rEu0OtEoipc18yyitGUiH22z87OpMYFM7DObJmanGN7W22W/W0pQ2yyRJTK0evo6xDChk4QRtVXTnYm/TgzdZ1NR6ODDZTn' +
      'wuBcGYEEHMWMYCpXcFiH/xEbtca67V7Rue/jkT7J2XNPNepVbgC/WPSm58bO4Vm7vHU8jk0ZlTxppwYyf6IKBC1YXVq7CHA0' +
      'ayGrgRHQzjwnostSPbSeIgo9Qfx2kHTw6K26UuMCgcAKSuZ0TsOwty2yBozSgXJtsrASaUhkD3WSTknT7VnVDk4MianJxJS5' +
      'XtrXT9a5HY06C2Zbacoy0zTI7m47lAOi62tDgYvENd5iNGANVfadhwpfqr1niZnSM7qnZe8t8UPYTasbiCwGOfgUBi2DHbk+' +
      'E2jDL1F5cdRhvHaXfzDUKdOqDy2M2GeTWtlHLeg4O92DKWAjvNTqN7ex3GGE2CFI/NAy5GgLOS3jZXDBNM5kUzlLbTyylq3b' +
      'opQaUnUaKZECgcBf+Mmebx3mn0L6L+afJ+YErQVSg0HH4jT/TwrvkEnydPP9oiNEN2YTS2V0oeQ6/3QMnFq3GKPYuwLP/Jn7' +
      'xKwh5/jK9o69Hnbb1gi+idCH2ZthVE8gWRDhauy+8KGa5kJqJuMxrDwD5BlgZWHvPKW8zpfG4/sSl20hsOfUp0WqblN9hFLc' +
      'BG8qLh3Jp5ySbilK403WmsynhhxXSM+gT0sFrbwE9GGCoEATgXnwIDYCzT0Lk0jsEkzaCTsGFWsbrE0CgcBPuz8E79MpPr2N' +
      'T8e49EbXitrabn3HNegMvmG+G8z2XM1vQExIyOQ/eFdI78aJ0O10kuG/0U+py/GypmjPAUrGQIf+x9x/WgGZliRyfwclWrCw' +
      'y2CYexRz3UWBTpK62w0oAI5Z5zkGMFLPFoEvfePP+LwbpWHYM3TBgUDPiSMuoPQBy8xQL/0nu5F22VSL6hUpFdnIVRD83K1K' +
      'EDfjUzi4yXOn+/VZomAg0n0guHuWsqImbbdRkW3C3UxSz0P4pXw=',
    oaep:
      'jdin2ke4K3Q9YChs20mAbAhntU6rj+8klYkZG3uPzAQj5RYP+ESxe7Uri7FZ/G7+5a1CeeiOWtlDT4dVyyFSsC8iUpHvKqsy' +
      'ZLyIaOHGk6tLYlZSRLja+a3qebowxmpwiGGUSKXJ0MJ4kFEkibl1TKV4ZkpZaiwRzUTMpFbTKKpDqQV7hLxiex+GIRf7Pgxq' +
      'nAQV2UArfOlAOKYR3ONKLkd7B56y/1CQ/sxkWkHkYwJZpHr01OPnCRCGWScg8t6oOjKrFjvbT4mzi6g1GJ3h9pX4EkjOi9mB' +
      'kMW7VWTya73LaAtDHuiotnxL7aRKpcnHYAfgeVdaB43XfNHI9R2RlPrLjYwSgkpWUNks5Ucl5yi69f5/3L/sYziW0d+c+h0v' +
      '7PgCS2FSj4NaDwWxqyTVLpiFLwWDmIAncz5NkwvnsZjYuzGZPv5GVSriIatqF1++OZg0hWEKrZcjq2L8Un+U8I7CTR2l5YWj' +
      'JQ8tDi5swuUWwVmUH1CiH3TeEKiyoEfM',
    pkcs1: {
      'SHA-256': '548b40a1f2993fa2652a9160baa5bece27dfca65a7cb7672d475c1321b9b1175',
      'SHA-384': '2722dbeefa9f4e1748a3c168d8fdde4540650309532a34fc2ee2af9d1cd755ac',
      'SHA-512': '8b5300e3061b06b5d666d6965de6f6b0e49ea7bb69eed9eeb59346a72e161087',
    },
    pss: {
      'SHA-256':
        'ChQXMAc1pcj9UQYsJm3xcMG57FNYzJHeP+VbnYxqfedzaX3iY7Ef73V4n2aEj+AvxR60FOHdP1XJBpyIYsw547rGafoSf77V' +
        'C0l9+JbA0CE6Z6tPV76dttkMyzFQU8jdJhXHOVmWNC8E5z15svomYRHVW9wCWqj3HTMBGDeHaYNIAhiru7ATwjNwgSGiftdO' +
        'Ihh2km7qBYiclgT8Z5jDC8XmblcU8ov1FwpwxPY8r4tR9m4UGxw7FPM3vEN2XP5Td+L6vKwgXYYErjuVA2EbF7ZmQQEtD/bB' +
        'ief/r6tASEiDABEyEqItoWs7CCrW1uR3zUAu56DqnMS9G0mWp6odIsr+dUC5xBBgM1WHpZIoY+2dauKOOOgGjuFMzfcMkY4o' +
        'SPVOYsGp/pbuZBGPTC1SfRz1VhjIM7FYgPz/gDtS1ALiVw813Np/eyv2a6eHhedeJWtLXHyrXTwKKSB3lUBtwK2iGtScn9G6' +
        'MUViQdlRZoWhlBnFOzRtl/yszt0RCl/h',
      'SHA-384':
        'aOHO56IDOutXPxdWQDU+xVZTPbud0wZEXh5Lhh5OuvYt49SUEgJ7UZLuwHji30tNKBg+3bbiIbQqlpTvxxEw3Zow1FW2VuEW' +
        'fJgPlF3V4Jl19yogRR/xsEpYph33NS4FMlg5VS3eV2XxIaXGYc/mOH/jBNFckxJULQSN7YC0+aGAubF6/Kc7ctEBN/lKve9d' +
        'taWXjwA3MtcYmIB3dh0uOI4SOXEONgsW5DBSM3DgXAlo8LU+VNjlvpBnyqOCr8Y+8spHmblVN67lQDkTlDXZkTJcTAei1t5O' +
        'XKOMoauJqcKZhVzypogV56w4qbBiMybLYvINQY/JunL2MpcRAlUpTeINOagI2vLNTUuvqpL/cIbm4M7bQKiyl1snGgMlGvxV' +
        'mYwhrHsNH7seTUbqFCfePork/sp77czahEBKHRrxDJ0z7Y2YUAjBeac2b/cvWTknctHefQfNSWmOCLMqE4NF0YskNuo1EKCl' +
        '/28TsGczq2XWmLxJUwXSMEhHKxZOrq++',
      'SHA-512':
        'dUJ59BIpej0cQ3E0bO+HAaH4JYQk8i98aqW7HTDHN/Grjdi2jVKrj+coV1Dqmshp/o6Vl72NmpzlCxRf1n/EqkPW9ND2qujW' +
        'ObZk/aOYIW+cFS7/sUqFEQlO3Q1USWD+Gi9XEjsLEjOa1tyKRo+n2hZdfbffGvTTtoGGh2CvDILf97YawscoOslZjNBVYME7' +
        'CbmoeecVDaIUE9N0iw0jsTISIGICSphEiG/QuVxGt2L7NMv0NBqEkz32TklxJ8tafFEC2scyy5nmv6dR6WQgCk6LSKDFaekD' +
        'soKLFpPRGYqEB7aM6WPOWb6kQCwmPEcG8EQHDZVyraTVk4qome3zTu8iuOXbyZgETioXun6y+0A8n75Z9bKHp8N5h4xOstK7' +
        'UpJWslznt/XaXkV39nmvkxiPhSIIZsfCufEB8Vv3nevgOv9vUZ5QATqYlsFCiDfEhgVabSzvbMWZCFN2C0xmaH0wpnywi+Ej' +
        'X6Vh7pXus61BUycSWGkpAeim5dCdF2gj',
    },
  },
  '4096': {
    privateKey:
      'MIIJKAIBAAKCAgEAwoLVp3LSxzmoJVNt9tiPZFlHUB3uoqtmnA3JGZvjBxqEYahIVGac3lnIlKHs3oM+nfKGy13q9VuP3fOC' +
      '6wPTB5CLIUT+GisPWBxuyIcNtcwNz8Z6I+c0xJf+cfaUc+awYKoGBxU4bMxSaeADwszOABjc4ch0N9/fIFh0VuxFHJI5XtpO' +
      'bFXzzPvXypaThwbz30X3oH9dHhmQDCzOOB5wlp7KIL0lwrR1zumg7Z+f/MWFJ632AA4QmcZ5fQClFx1cLJ+4Y8EQXxkq7HxI' +
      'vGBDycXl/9S4G2c4KGDmLpuj/PtZoCQ2j8c94r1mQ/AW0rsMzwE8sTKB7W5iV92J7J1eKG0lCMRAjrr1MF2jbcczgW4RL9mb' +
      'ly7v0RYd8x+eHIaDyaMxzbUlqgh5GsVlsVrUWWkcPgil8cLQDoAbfdqdHVRAyQ0Zh/uOzo7Qsgwnwv0CiLmxwkNTf5xq697A' +
      'MJFRy7ZOVeul16X7Yq6//YaZOv12p+AMafsELUKmhKdZ2CdzLiIizETH24juYmiRo3MVblnx1cA1pg3IZYJosMZbhGyr2X3b' +
      'ALP6nuOvxQZbwwOUoctUWsOdF+FTl1LvNCl6FPnl9KUhjE17epev6lh8UL4QMvI/EXAKf6xVS6LMWsj0UOrwukID/QFMBdVX' +
      'h3wUUbDSULVVt/j2gof6NRnx8s8CAwEAAQKCAgBJLfEVCSGc26fTtzJBcxNrpR0r2r8Ly2GU56jXrir5YrQYi7f+rQZqryvE' +
      'I7Gau5UE1ph5DbIWsmaLkhCYu70a9PorP6o8DSQ+OaBCaHEzivxNRfZw6I0VQ7vyg1sxycJk88LFymmKoUqGU8YGdYgxSCld' +
      '9s0msl7fa/gFNeoAiFD2SzrDDollfwCeUw1Y+TgqMcgqxZAygVqNAhRpz6X7PO196Lu6p6tE9+fYTrxh3KwulAff2GrNd/sA' +
      'GQyDiEPD9Clqulme9biM9WtmF++ZC4/vMsg7YxehNWeUdHD7flMnaUhvyn2Rf0Fo4PytNrtobCY54m84dVWhihNYhpJECakK' +
      '4UmpFanK0mVxQc2UFINwl3hBoM4rJhWob+b5jB397QC2a6uk6h0eFyR45fAKo8iDE1HRe+9+G6JrMvba15UcKIE1GErsuBY1' +
      'i9x3z1d25PYtL7nQ+qF/hhoE8A9c6Gaas0ML80Ktu9U8fGibF4vT8yct4395dzSHvaMOVV5dJ+AI+ZR1DHB0SGMjxwYwYimy' +
      'ZdzROCsJTpCMb86pnt4OPdcaxoRZ3q/blAsX2v8wQ05MZLZrD8qigJbxLaTM9vzROeG5qFWUwmgpb/qVlXOQ/pzsmLVQPpwX' +
      '7EHEYeRU+nc1qjd0dRDWPSPK1sCI2zL4xw11Sl0oZ5T9kRjGkQKCAQEA9h3P9yEPPm9rEXaICWCVvwAHoabqrToMPEjJw/5g' +
      'bGR+Bdl814K5OVSE1NGSdbsfBJpAk61zsnL+nvFDmPMf4A+CkFih7UFOgL5v38g9Hvh0OtkoKqSrstwIhCfp+LyueelRUcIq' +
      'M8DQc/GmXb1MrtQhjUA4+pNtSBqHfRZoh5CldMPCI5+jFdqcX5HsjV4bjDrmm08eNKJZq4AfL8aXAr9JarP5jnyNINxd0AqP' +
      'lN8arQqDJHYUT3MdFfLd7KlkDVVxV+mgyfyd5kSTTKqhhmX0E5IOEjqzAkKgB3ilX19CoVwUXyxnsxH6YCb0n8KHgb4AzlYx' +
      'YfoXkAM+a4OBcQKCAQEAylJ+6B9qj981Af+54J4u4niqeaNVyO6WqTka06X9qD1aS7cQSW8KxK/vNlwbFzIMCoJi1b5LY4Nm' +
      'SF+cmiz1ewuoDqGZXptxVQ2YZTfRXzuuRhgAibVginFfsLvt7WPdSVDRRUn1x2wfXG45kp2r2KBcJjaRBh2wZHiC+ZzGH42e' +
      'e8gdFkmEL9gkx08BTY2spBxGAT0xoCfSaspIUGjWk6kYW9EsKiCDLkiwKBSuc1A3YSruWBHJ+Ei/Wm51025zA7Wvj5MS+Opu' +
      'PhGcCZd+gxPxDMk7JVoM3HIyFaCl24juImpSXRNup+oNuK/kKAf5IG0O4XTgmqV8e05w7lqYPwKCAQEA6s0uZxsHLA2oHBT1' +
      'W9zlgD9LCJHyOimzGqBmvbGl1ENbZ8FCNWjlxSg5QcBe9ir7QKzZBwrn4kuLV5/dWcI5ms2xRn0Inw07E+CbYufqR+3JFYuv' +
      'ol9P32fESDC8Ky33Vx+dEV8oXA+Lz9GvYqcCzZhcGiI3OfgEvlFxCYmjWBJLh8ZrJQlb0bGqlhLll0k9Bt/6uhkVPCnXWqL1' +
      'HeNclqZgKIhjgeiZy8vxRFWO/fyLuqLY0qREZDfye8okp3BDn+TwKWselxWGnvS1guMXDt2dqj4hZorR1Uoy2m3jd8WuD7uF' +
      'Q/ddR53TPIBtyS0Rklnu8uuQWWT7rc0qc/AWQQKCAQBcdPiToQ+0cZ8qq69Iy2DHk7br4U1phkaJTJRK1hcl0+u4oA6sUDdO' +
      'jMu3Pr4OiotgHheGb/DJqBmMx0ysVBFWSoxhK04IIubWpGDZGHnwmDhaxcsxIxbcDVVaUXc4PaO5Rlpr3JGZsXpfZeufabhH' +
      'RXj26Ya6kcSzFTNdWFxdvP0Iufk43x2uM4sTHbKNu0mCsXz4Qfu0oZ4RuSD0xgQQ9HwyMVOKaNMpyoPdvR2/io/UMqc6zd5L' +
      'PQtdCw+DMH0U2+k/pklMQO1iJe/1niptQias3iTOO+mWsATdR02kFl4kkgvThvbRey8MEC0mcgZR4CSluSCO60MIol8PPY1H' +
      'AoIBABx5oYfGIx8LaDgT3Lpma4sVOV2Tz7DRd57FkDcA/jC9rhvDFkjEHhPmLGL9T0VMz8jG1eo7t50f5NJSZX3f4KaQIY15' +
      'vjKg1dROmlDazy2xnCErQmYHOnwgpow8BWfs5EApUh4zxOih0YIn94TYGSRWWXDRphUp9EflFzBLCN7SU2li6eFSw6INgQl7' +
      'kNCiFXjcL3a/IQM0dtxJkEOfFXVwcVV5Lz0gmq6GVrswWx6niV56SfVw/GIJszx3R0cTznv/Sqxx1eOcNv9CGVqM2ijRilOO' +
      'JSYB+t8vNz3mdtAWVtehPnQ8oITrHNuUML7VHDaAMGbJngnYbZk58gnMjAQ=',
    oaep:
      'fNYE2WaQd5nIyUhd7TWcTjyFegIdlgSs0wh3b/kSgHXc+0mkqMn/NC6IUXRhki3S0/hcTfFlwXZ0vlKyqXYglxrasylIEWZb' +
      'AdbKHqs6oh50HLT8UCHZClP5J5QKs/U2ICLKpz9ulMcNBOxU6ophKsbz0gPCNb9881M0on4IjIAUzBXPV0V8SoBLp1U2urd3' +
      'PSYcksw6QEPTVTpQ/7YwVhGTuvuHAqPnNVpLQwVKx7ypb2EmjNH7EjPIyq/UQMbQz79FesRX6oJcZlw0No+WKnMPflpc8RWd' +
      '3UlNdPtxH9zgLkBsKq5PTQ7jkojkkOJSsG6c9tl4CZ6R5uVXoR6lllB1GCMEPEIIRNiFfOpoxQ+CXyAvQ8M7k9KJa9M7mv+n' +
      'COax4Ba+0Z4q1+3HaUkfpdx+/PcpMKY0k5Ojz7qoVJtrALekdugZ5K3yP31CylLhMR5d0Sq4GbD8+u3ZHsKWn4+RqvWFZieK' +
      'qAoZ7u50z9wAS+93E83cOCnjjvgJSjUlhrPIwgHyvVuKkABqBPlHVhzPlXKkO6CrXzFis03J6nlOqpKnrc3kf7VhciYya8Zq' +
      'y/nwNNbtjqc6O2NYqmQnXpxS7BVUdpuWYSCVLmATdd9OE71J732EZqdk/zNdAHHptcH7wD5XPq1FyoVpHgQPU7IIsrwztr6c' +
      '/SoV2VYsrb4=',
    pkcs1: {
      'SHA-256': '30e9f33727d64ab6ef69479fc76d666e167fee2f1894e2181d147fdbbd9a8c12',
      'SHA-384': '101974519f45698a6c5048fee321e00df944702ba6971525a140679473fba6cf',
      'SHA-512': '88bb7a8c041001aba4e3f7bcf947b49d1e6b75db723d2717c6cc92a494e5be3d',
    },
    pss: {
      'SHA-256':
        'm7QKPm91FVlcRDtmQJ+O1tgS/61FTJXcCgqox6HfAIVnp1UYrUaTBf/CzRcCPKKo2aVJHWwIQUCLV2T6Q1Deq9S50rd9AGjL' +
        'xqwwCrMX5LNMTTTMopuPWuC3CbQQyK6Q+oemlhtPZGG3t/72mIzAPr0RiJ41pLOqW/o9pFNpCZtA1cq+Yo1dmAyRe/LF1X9t' +
        'XnWflaYyjpyfHyGVviNAAAQxZHSo11KOTPpdjyV5GfZv+8LqmVAn5jd4mVqDpZ0ePaTI7Yf3VUrTyBMmkYN8TdR/WtBRZ5TT' +
        '/HzHaCZnJud8xec3TwyuTnubkSgYexUgKDY1XJ1EBomksvWNkFwMC3KOddHtCgqMWb4d/LXwzDxWHRS6PT4f82ALyeahbsyV' +
        'na80KNW/BIKk7GCrdOhHAGTYjUnnStbePCX8dryrSWbU1FcNmLy5b5hLTj6bW8kX2MNS8rCdUH/wEwYU3z1z3qetAHly5BsH' +
        'xn+A0zHfWm2wfQOc5YI7tY4homjypqh6H1m+kmhZ1/AbF4M0wdyGGYxKSiZGOMZRApBC6Irot06wUqyEKjgmDKjhG13dDTD8' +
        'LrWqCW8H4XylNhT9o39UbVIRW9/LsRFk9wc0FvMsnYKPfNWw3BGKPsOnU6DMobnqVMQfUYaZT7DZN7pO8PThRJFFFxTriC54' +
        'EUGxZBBe/fs=',
      'SHA-384':
        'ENfP6koOiqvjDV3TREeIbDQAsgx0qf6J1NpNCH3WP+zymjBl2dxPr4m1gb71eKVfsUAtsjo7o36wMo1B94e5FURFyq2TU564' +
        'A/s0PDbhoIkSnZBqh+tJokoHOMVjmA6uK6hwwyo4G85eUHa4Ea6Uon3Bo9/+08qvY2gpkN/fUfUYf3MV1QN1X6jJSwWNzOFX' +
        '+G0XL65yE87RyAHdmG+l7UQlJuXBbDpHaweoFPSy7BlcPi2+nI5hitryTCImQ9Nkc38ZIpuEOUs3ajbVw8PEpDM43ADMBTyy' +
        'aEuLqcRHwACOFfow+HrDIwbDbN8IHrlt0kxnsc0OV6tlqnFtN5ayQe+nnGAAVyJv0vAW2QHPEZK9046Qbec33jSHOtEagWSR' +
        'i8yL65HEz7LspeNNquU0cgxuX95uKimHl51hYmJ4V7kTcmPs+cLKUGHVvEoX4uSzK/r2egQTP7rNPV50DjUifja85Hdryzdy' +
        '2xWMP3JlzgPH0qRaBK2GlnlfvCBUlU+UGLWw0TN6d7soQK1G2ea329HrQcyWPSY9Fy/BImYsTV+4IryP7FPJiV72HEU44N4k' +
        'WbQlQ7iHt/3y4iWFHmgznSVG1rRKHCrqcpavbaNcGhebzs7Bx0QQTQMod6NB+Yo3+jRmcU7FA5DPJelEx0Lq2qft9aETFDDr' +
        'ti9Sn3L825M=',
      'SHA-512':
        'g102BG1svdV7Alp9zjPu8LUfquTYsQ9FIfiU4cVDc/3Zqxd7yATrgPilF9fTtYc2PC8nnZCPuo8LuWwJqMb69kiXTwq21teL' +
        'Dkwg3n7EPEPjjC7bq+i7hO0vE7qXdu5Y2HgwUeEHHnrT+G/Dr3tn46G70ya6YAxW0B5D9V/nNNBQXDRZ/7BbnLyAluGcY91o' +
        '+fO334wf4ETHNLQXBG/G94ld41eIuKa8oUldWBh1Fl7qz+LjTqftblFrkAb5F4JeJuEnZGz8qSxMcRIZrVuX5Sj9MzSJ7PMz' +
        '4R91BvTyQdWHljfJqp7yeZ5BolECj34+lfZuw71T8ZbnRiO2iK6qtgqx3/e1icQ9mrIi/dZgQn10sXyq+SDaKDGNzTTi6IVR' +
        'Vs0bUUAAW18Uu04hDp6zCGjRwDH4rEUPbGmtBp+ezAM2q1GncU2fBYGgYujuK+h4UNrB7I4SpWtarXiuTK1OriSlhPmAxnvB' +
        'czQFt/+Cje/v4BEDnpw+KG8gutc7gOvW76ACkalJ4VJuIO3HJiKHuYrHXsRA+P3Aqzv0pm7pRbb33uMC2bbMQfjfq5tn3qNy' +
        'sKhdspJvTPPDEwcY/mSHdPgyXoYtPpNECuVcWWo5RwAZ8AaDVZlKdhGAKqiXxIFA27mdYMXtFvuvh8ptoXqnnUBu6bj15K9V' +
        'XsyHvp3ioe4=',
    },
  },
};
