# Səhifələrin mətnləri. Üç dilin faylında eyni adlar durur; bunu test yoxlayır.

# Hər səhifədə
skip-to-content = Əsas mətnə keç
nav-label = Əsas səhifələr
nav-home = Arayış al
nav-verify = Arayışı yoxla
nav-mine = Arayışlarım
nav-sign-out = Çıxış
languages-label = Dil
trust-host = Yalnız { $host } ünvanına etibar edin.
demonstration-mark = SINAQ – HÜQUQİ QÜVVƏSİ YOXDUR
demonstration-note = Burada bütün adamlar, qurumlar və məlumatlar uydurmadır.
baku-time = Bakı vaxtı

# Yoxlama səhifəsi
verify-title = Arayışı yoxlayın
verify-lead = Arayışın həqiqi olub-olmadığını və qüvvədə qalıb-qalmadığını hər kəs yoxlaya bilər.
verify-typed-title = Nömrə və ya kodla
verify-typed-label = Nömrə, yoxlama kodu və ya QR‑ın mətni
verify-typed-help = Hər ikisi birinci səhifənin altında yazılıb. Böyük-kiçik hərfin və tirelərin fərqi yoxdur.
verify-typed-button = Yoxla
verify-file-title = Faylın özü ilə
verify-file-label = PDF faylı
verify-file-help = Ən güclü yoxlama: arayışı aldığınız PDF faylını, şəklini yox. Ən çoxu { $megabytes } MB.
verify-file-drop = Faylı bura da ata bilərsiniz.
verify-file-choose = Faylı seçin
verify-file-button = Faylı yoxla
verify-qr-title = QR kodu kamera ilə oxuyun
verify-qr-text = Telefonun kamerası bu səhifəni açır və kodu özü yoxlayır. Səhifənin ünvanı { $host } olmalıdır.
verify-what-title = Hansı yoxlama nəyi göstərir?
verify-what-file = Fayl: bu faylın məhz bizim verdiyimiz fayl olduğunu sübut edir və məlumatı göstərir.
verify-what-code = Kod və ya QR: arayışın verildiyini və nə yazıldığını göstərir. Kağızı ekranla özünüz tutuşdurursunuz.
verify-what-number = Nömrə: yalnız qüvvədə olub-olmadığını göstərir.
verify-what-seen = Məlumat göstərilən hər yoxlamanı arayış sahibi görür.

# Yazılanda səhvlər
hint-mistyped = Kod səhv yazılıb: bir işarə düz gəlmir və ya iki işarənin yeri dəyişib. Kağızla tutuşdurub düzəldin.
hint-nothing = Bu nə nömrə, nə yoxlama kodu, nə də QR‑ın mətnidir. Nömrə belə olur: 2026-7KQ3-M9XD, kod isə 16 işarədir: XXXX-XXXX-XXXX-XXXX.
hint-empty = Nömrəni və ya kodu yazın.
hint-no-file = Əvvəlcə PDF faylını seçin.
hint-too-large = Fayl çox böyükdür: ən çoxu { $megabytes } MB ola bilər. Arayışlar bundan xeyli kiçikdir.
hint-title-prefix = Səhv:

# Nəticə
verdict-title = Yoxlamanın nəticəsi
verdict-certificate = Arayış
verdict-issuer = Arayışı verən qurum
verdict-number = Arayışın nömrəsi
verdict-issued = Verilib
verdict-valid-until = Etibarlıdır (bu gün daxil)
verdict-no-term = müddətsiz
verdict-status = Qüvvəsi
verdict-status-since = { $status }, { $date } tarixindən
verdict-reason = Səbəb
verdict-superseded-by = Yenisinin nömrəsi
verdict-verified-at = Yoxlama vaxtı
verdict-facts = Arayışda yazılanlar
verdict-compare = Hər sətri kağızla tutuşdurun. Kağızdakı sıra və mətn belədir.
verdict-facts-closed = Bu yoxlama növü məlumatı göstərmir. Məlumatı görmək üçün kodla və ya faylla yoxlayın.
verdict-code-closed = Arayışın məlumatı artıq kodla açılmır. Faylın özünü yoxlayın.
verdict-show-facts = Məlumatı göstər
verdict-show-facts-help = Fayl brauzerinizdən çıxmayıb, yalnız onun izi (SHA-256) soruşulub. Məlumatı görmək üçün fayl göndəriləcək; arayış sahibi bunu görəcək.
verdict-on-paper = kağızda
verdict-again = Başqa arayışı yoxla
verdict-retry = Yenidən yoxla
verdict-altered-qr = Sənəddəki QR kodu kamera ilə oxudun və ya kodu aşağıda yazın: arayışda əslində nə yazıldığını görəcəksiniz.
verdict-unknown-help = Kodu kağızdan yenidən yazın. Nəticə dəyişməsə, arayış bizim deyil.
verdict-foreign-host = QR kod başqa ünvana aparır. Yalnız { $host } ünvanına etibar edin.
verdict-demonstration = Bu arayış sınaq üçündür və hüquqi qüvvəsi yoxdur.

# Yoxlamalar və protokol
checks-title = Yoxlamalar
checks-passed = uyğundur
checks-failed = uyğun deyil
checks-not-done = aparılmayıb
checks-count = { $passed } uyğundur, { $failed } uyğun deyil, { $not_done } aparılmayıb
receipt-title = Yoxlama protokolu
receipt-help = Nəticəni imzamızla təsdiq edir. Saxlasanız, illər sonra da yoxlanıla bilər.
receipt-label = Protokolun mətni (JWS)
receipt-download = Protokolu yüklə
receipt-id = Yoxlamanın nömrəsi
receipt-none = Yoxlama tamamlanmadığı üçün protokol yoxdur.

# Skriptin dedikləri
script-hashing = Fayl brauzerinizdə oxunur…
script-asking = Faylın izi soruşulur…
script-uploading = Fayl araşdırılmaq üçün göndərilir…
script-checking-code = Kod yoxlanılır…
script-failed = Xidmətlə əlaqə alınmadı. İnterneti yoxlayıb təkrar edin.
script-done = Yoxlama bitdi.
signed-title = QR‑ın imzalı hissəsi
signed-genuine = İmza həqiqidir: bu məlumatı biz imzalamışıq. Bunu brauzeriniz özü yoxladı.
signed-forged = İmza bizim deyil. Bu QR koda etibar etməyin.
signed-unknown-key = İmza açarı bizim açarlar arasında yoxdur. Bu QR koda etibar etməyin.
signed-revoked-key = İmza açarı ləğv edilib. Bu QR koda etibar etməyin.
signed-unable = Brauzeriniz imzanı özü yoxlaya bilmir; onu xidmət yoxlayır.
signed-garbled = QR‑ın imzalı hissəsi oxunmadı.
signed-offline = Bu, yalnız imzanın yoxlamasıdır: arayışın indi qüvvədə olub-olmadığı bilinmir.
signed-issuer = İmzalayan
signed-as-of = Məlumatın tarixi
signed-expires = Etibarlıdır (bu gün daxil)

# Sınağın birinci səhifəsi
home-title = Elektron arayış: sınaq
home-lead = Arayışı necə almağı, göndərməyi və yoxlamağı burada sınayın. Heç bir həqiqi adam, qurum və məlumat yoxdur.
home-step-take = Uydurma vətəndaş kimi daxil olun və arayış alın.
home-step-send = PDF faylını bank kimi qəbul edin.
home-step-verify = Faylı, kodu və ya QR‑ı yoxlayın.
home-people-title = Kim kimi daxil olursunuz?
home-people-help = Sınaqda parol yoxdur. Həqiqi xidmətdə vətəndaş öz elektron imzası ilə daxil olur.
home-people-none = Sınağın reyestrində hələ heç kim yoxdur.
home-catalogue-title = Hansı arayış lazımdır?
home-take = Al
home-needs-approval = Qurumun təsdiqi lazımdır: { $days } iş günü
home-valid-days = { $days } gün etibarlıdır
home-valid-always = müddətsizdir
home-mine = Aldığınız arayışlar: { $count }
home-sign-in-title = Əvvəlcə daxil olun
home-sign-in-help = Bu səhifəni görmək üçün vətəndaş kimi daxil olun. Sessiya 30 dəqiqədən sonra bitir.

# Arayış alma
take-preview = Reyestr sizin haqqınızda belə deyir
take-preview-help = Bu hələ arayış deyil. Səhv görsəniz, almayın: məlumatı { $issuer } düzəldir.
take-purpose = Nə üçün lazımdır?
take-recipient = Kimə təqdim edəcəksiniz?
take-recipient-any = Tələb olunan yerə
take-recipient-named = Konkret təşkilata
take-recipient-name = Təşkilatın adı
take-recipient-voen = Təşkilatın VÖEN‑i (istəyə görə)
take-button = Arayışı al
take-once = Düyməni iki dəfə bassanız da, bir arayış verilir.
take-back = Başqa arayış seç
take-refused = Arayış verilmədi
take-needs-approval = Təsdiq lazımdır
take-needs-approval-help = Bu sınaqda qurumlar hələ sorğuları təsdiqləmir. Dərhal verilən arayışlardan birini seçin.
take-refused-shown = Reyestrdəki məlumat
take-recipient-missing = Təşkilatın adını yazın və ya “Tələb olunan yerə” seçin.
take-recipient-long = Təşkilatın adı ən çoxu 200 işarə ola bilər.
take-recipient-voen-wrong = VÖEN 10 rəqəmdir; yazdığınız VÖEN düz deyil. Yoxlayıb düzəldin və ya boş saxlayın.

# Arayışın səhifəsi
certificate-number = Arayışın nömrəsi
certificate-code = Yoxlama kodu
certificate-code-help = Kodu bilən hər kəs arayışdakı məlumatı görə bilər.
certificate-issued = Verilib
certificate-valid-until = Etibarlıdır (bu gün daxil)
certificate-open = PDF‑i aç
certificate-download = PDF‑i yüklə
certificate-send = Şəkil yox, faylın özünü göndərin.
certificate-how-title = Bank arayışı necə yoxlayacaq?
certificate-how-file = Göndərdiyiniz faylı { $host }/v səhifəsinə qoyur: fayl həqiqidirsə, yaşıl nəticə alır.
certificate-how-paper = Kağızdırsa, QR‑ı oxuyur və ya kodu yazır, sonra kağızı ekranla tutuşdurur.
certificate-how-try = İndi özünüz yoxlayın
certificate-facts = Arayışda yazılanlar
certificate-looks = Kim baxıb?
certificate-looks-none = Məlumata hələ heç kim baxmayıb.
certificate-looks-offline = İnternetsiz yoxlamalar burada görünmür: QR‑ı bizdən soruşmadan da yoxlamaq olar.
certificate-looks-when = Vaxt (Bakı)
certificate-looks-basis = Nə ilə
certificate-looks-who = Təşkilat
certificate-looks-unnamed = adını deməyib
certificate-basis-file = fayl
certificate-basis-qr = QR kod
certificate-basis-code = yoxlama kodu
certificate-basis-number = nömrə
certificate-not-in-force = Bu arayış qüvvədə deyil: { $status }. Onu təqdim etməyin.
certificate-back = Arayışlarım
certificate-erased = Bu arayışın məlumatı silinib.

# Arayışlarım
mine-title = Arayışlarım
mine-none-title = Hələ arayışınız yoxdur
mine-none = Aldığınız hər arayış burada qalır: faylı, vəziyyəti və ona kimin baxdığı.
mine-take = Arayış al
mine-issued = Verilib
mine-until = Etibarlıdır

# Vəziyyətlər
status-valid = qüvvədədir
status-suspended = dayandırılıb
status-revoked = ləğv edilib
status-superseded = yenisi ilə əvəz edilib
status-expired = müddəti bitib

# Arayış sahibi
holder-name = Arayış sahibi
holder-fin = FİN
holder-birth-date = Doğum tarixi
holder-purpose = Məqsəd
holder-recipient = Kimə
holder-recipient-any = Tələb olunan yerə təqdim edilmək üçün
holder-registry-ref = Reyestrdəki nömrəsi

# Səhvlər
fault-request = Sorğunun nömrəsi: { $id }
fault-home = Əvvələ qayıt
fault-verify = Arayışı yoxla
fault-404-title = Belə səhifə yoxdur
fault-404 = Ünvan səhv yazılıb və ya bu sizin üçün deyil.
fault-403-title = Bu sorğu qəbul edilmədi
fault-403 = Forma başqa saytdan göndərilib. Səhifəni bu saytda açıb təkrar edin.
fault-405-title = Bu səhifə belə açılmır
fault-405 = Əvvələ qayıdıb formadan keçin.
fault-413-title = Göndərilən çox böyükdür
fault-413 = Fayl ən çoxu { $megabytes } MB ola bilər. Arayışlar bundan xeyli kiçikdir.
fault-400-title = Sorğu oxunmadı
fault-400 = Formanı yenidən doldurub göndərin.
fault-503-title = Xidmət indi çox məşğuldur
fault-503 = Bir neçə saniyədən sonra təkrar edin.
fault-500-title = Bizdə nasazlıq oldu
fault-500 = Heç nə itməyib. Bir azdan təkrar edin; bizə yazsanız, sorğunun nömrəsini göstərin.
