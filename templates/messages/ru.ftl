# Тексты страниц. Во всех трёх языках одни и те же имена; это проверяет тест.

# На каждой странице
skip-to-content = Перейти к содержанию
nav-label = Основные страницы
nav-home = Получить
nav-verify = Проверить
nav-mine = Мои справки
nav-sign-out = Выйти
languages-label = Язык
trust-host = Доверяйте только адресу { $host }.
demonstration-mark = ДЕМОНСТРАЦИЯ – ЮРИДИЧЕСКОЙ СИЛЫ НЕ ИМЕЕТ
demonstration-note = Все люди, ведомства и сведения здесь вымышлены.
baku-time = бакинское время

# Страница проверки
verify-title = Проверьте справку
verify-lead = Любой может проверить, подлинная ли справка и действует ли она.
verify-typed-title = По номеру или коду
verify-typed-label = Номер, код проверки или текст QR-кода
verify-typed-help = И то и другое указано внизу первой страницы. Регистр букв и дефисы не важны.
verify-typed-button = Проверить
verify-file-title = По самому файлу
verify-file-label = Файл PDF
verify-file-help = Самая надёжная проверка: присланный вам файл PDF, а не его снимок. Не более { $megabytes } МБ.
verify-file-drop = Файл можно перетащить сюда.
verify-file-choose = Выберите файл
verify-file-button = Проверить файл
verify-qr-title = Считайте QR-код камерой
verify-qr-text = Камера телефона откроет эту страницу, и она сама проверит код. Адрес страницы должен быть { $host }.
verify-what-title = Что показывает каждая проверка?
verify-what-file = Файл: доказывает, что это в точности выданный нами файл, и показывает сведения.
verify-what-code = Код или QR: показывает, что справка выдана и что в ней написано. Бумагу с экраном сверяете вы сами.
verify-what-number = Номер: показывает только, действует ли справка.
verify-what-seen = Владелец справки видит каждую проверку, показавшую сведения.

# Опечатки
hint-mistyped = Код введён с ошибкой: один знак неверен или два знака переставлены. Сверьте его с бумагой.
hint-nothing = Это не номер, не код проверки и не текст QR-кода. Номер выглядит так: 2026-7KQ3-M9XD, код состоит из 16 знаков: XXXX-XXXX-XXXX-XXXX.
hint-empty = Введите номер или код.
hint-no-file = Сначала выберите файл PDF.
hint-too-large = Файл слишком большой: не более { $megabytes } МБ. Справки гораздо меньше.
hint-title-prefix = Ошибка:

# Результат
verdict-title = Результат проверки
verdict-certificate = Справка
verdict-issuer = Выдавшее ведомство
verdict-number = Номер справки
verdict-issued = Выдана
verdict-valid-until = Действует по (включительно)
verdict-no-term = бессрочно
verdict-status = Действие
verdict-status-since = { $status } с { $date }
verdict-reason = Причина
verdict-superseded-by = Номер новой справки
verdict-verified-at = Время проверки
verdict-facts = Что написано в справке
verdict-compare = Сверьте с бумагой каждую строку. На бумаге тот же порядок и те же слова.
verdict-facts-closed = Такая проверка не показывает сведений. Чтобы увидеть их, проверьте по коду или по файлу.
verdict-code-closed = Код этой справки больше не открывает сведения. Проверьте сам файл.
verdict-show-facts = Показать сведения
verdict-show-facts-help = Файл не покидал вашего браузера, запрошен лишь его отпечаток (SHA-256). Чтобы увидеть сведения, файл будет отправлен; владелец узнает об этом.
verdict-on-paper = на бумаге
verdict-again = Проверить другую
verdict-retry = Проверить ещё раз
verdict-altered-qr = Считайте QR-код в документе или введите его код ниже: вы увидите, что на самом деле написано в справке.
verdict-unknown-help = Введите код с бумаги ещё раз. Если ответ тот же, справка не наша.
verdict-foreign-host = QR-код ведёт на другой адрес. Доверяйте только { $host }.
verdict-demonstration = Это демонстрационная справка, юридической силы она не имеет.

# Проверки и протокол
checks-title = Проверки
checks-passed = пройдена
checks-failed = не пройдена
checks-not-done = не проводилась
checks-count = пройдено: { $passed }, не пройдено: { $failed }, не проводилось: { $not_done }
receipt-title = Протокол проверки
receipt-help = Заверяет результат нашей подписью. Сохранив его, вы сможете проверить его и через годы.
receipt-label = Текст протокола (JWS)
receipt-download = Скачать протокол
receipt-id = Номер проверки
receipt-none = Протокола нет, потому что проверка не завершена.

# Что говорит скрипт
script-hashing = Файл читается в вашем браузере…
script-asking = Запрашивается отпечаток файла…
script-uploading = Файл отправляется на разбор…
script-checking-code = Код проверяется…
script-failed = Нет связи со службой. Проверьте интернет и повторите.
script-done = Проверка завершена.
signed-title = Подписанная часть QR-кода
signed-genuine = Подпись подлинная: эти сведения подписали мы. Это проверил сам ваш браузер.
signed-forged = Подпись не наша. Не доверяйте этому QR-коду.
signed-unknown-key = Ключа подписи нет среди наших. Не доверяйте этому QR-коду.
signed-revoked-key = Ключ подписи отозван. Не доверяйте этому QR-коду.
signed-unable = Ваш браузер не может проверить подпись сам; её проверяет служба.
signed-garbled = Подписанную часть QR-кода не удалось прочитать.
signed-offline = Это проверка только подписи: действует ли справка сейчас, неизвестно.
signed-issuer = Подписано
signed-as-of = Сведения на
signed-expires = Действует по (включительно)

# Первая страница демонстрации
home-title = Электронные справки: демонстрация
home-lead = Попробуйте, как справку получают, отправляют и проверяют. Здесь нет настоящих людей, ведомств и сведений.
home-step-take = Войдите как вымышленный гражданин и получите справку.
home-step-send = Примите файл PDF, как это сделал бы банк.
home-step-verify = Проверьте файл, код или QR.
home-people-title = Как кто вы входите?
home-people-help = В демонстрации нет паролей. В настоящей службе гражданин входит с электронной подписью.
home-people-none = В реестре демонстрации пока никого нет.
home-catalogue-title = Какая справка нужна?
home-take = Получить
home-needs-approval = Нужно одобрение ведомства, рабочих дней: { $days }
home-valid-days = Срок действия, дней: { $days }
home-valid-always = Бессрочная
home-mine = Ваших справок: { $count }
home-sign-in-title = Сначала войдите
home-sign-in-help = Чтобы увидеть эту страницу, войдите как гражданин. Сеанс заканчивается через 30 минут.

# Получение справки
take-preview = Что говорит о вас реестр
take-preview-help = Это ещё не справка. Если есть ошибка, не получайте её: запись исправляет { $issuer }.
take-purpose = Для чего она нужна?
take-recipient = Кому вы её предъявите?
take-recipient-any = По месту требования
take-recipient-named = Определённой организации
take-recipient-name = Название организации
take-recipient-voen = Её VÖEN (необязательно)
take-button = Получить справку
take-once = Даже при двойном нажатии выдаётся одна справка.
take-back = Выбрать другую справку
take-refused = Справка не выдана
take-needs-approval = Нужно одобрение
take-needs-approval-help = В этой демонстрации ведомства пока не одобряют запросы. Выберите одну из справок, которые выдаются сразу.
take-refused-shown = Сведения реестра
take-recipient-missing = Укажите название организации или выберите «По месту требования».
take-recipient-long = Название организации — не более 200 знаков.
take-recipient-voen-wrong = VÖEN состоит из 10 цифр; введённый неверен. Исправьте его или оставьте поле пустым.

# Страница справки
certificate-number = Номер справки
certificate-code = Код проверки
certificate-code-help = Каждый, кто знает код, увидит сведения из справки.
certificate-issued = Выдана
certificate-valid-until = Действует по (включительно)
certificate-open = Открыть PDF
certificate-download = Скачать PDF
certificate-send = Отправляйте сам файл, а не снимок.
certificate-how-title = Как её проверит банк?
certificate-how-file = Он загрузит присланный файл на { $host }/v: если файл подлинный, ответ будет зелёным.
certificate-how-paper = Если у него бумага, он считает QR или введёт код и сверит бумагу с экраном.
certificate-how-try = Проверьте сами
certificate-facts = Что написано в справке
certificate-looks = Кто смотрел?
certificate-looks-none = Сведения пока никто не смотрел.
certificate-looks-offline = Проверки без интернета здесь не видны: QR-код можно проверить, не спрашивая нас.
certificate-looks-when = Когда (Баку)
certificate-looks-basis = По чему
certificate-looks-who = Организация
certificate-looks-unnamed = не назвалась
certificate-basis-file = файл
certificate-basis-qr = QR-код
certificate-basis-code = код проверки
certificate-basis-number = номер
certificate-not-in-force = Эта справка не действует: { $status }. Не предъявляйте её.
certificate-back = Мои справки
certificate-erased = Сведения этой справки удалены.

# Мои справки
mine-title = Мои справки
mine-none-title = У вас пока нет справок
mine-none = Каждая полученная справка остаётся здесь: файл, состояние и кто её смотрел.
mine-take = Получить справку
mine-issued = Выдана
mine-until = Действует по

# Состояния
status-valid = действует
status-suspended = приостановлена
status-revoked = аннулирована
status-superseded = заменена новой
status-expired = срок истёк

# Владелец
holder-name = Владелец справки
holder-fin = ФИН (FİN)
holder-birth-date = Дата рождения
holder-purpose = Цель
holder-recipient = Кому
holder-recipient-any = Для предъявления по месту требования
holder-registry-ref = Номер в реестре

# Ошибки
fault-request = Номер запроса: { $id }
fault-home = В начало
fault-verify = Проверить справку
fault-404-title = Такой страницы нет
fault-404 = Адрес введён с ошибкой, или эта страница не для вас.
fault-403-title = Запрос не принят
fault-403 = Форма отправлена с другого сайта. Откройте страницу на этом сайте и повторите.
fault-405-title = Эта страница так не открывается
fault-405 = Вернитесь в начало и отправьте форму.
fault-413-title = Отправлено слишком много
fault-413 = Файл может быть не больше { $megabytes } МБ. Справки гораздо меньше.
fault-400-title = Запрос не прочитан
fault-400 = Заполните форму ещё раз и отправьте.
fault-503-title = Сервис сейчас очень занят
fault-503 = Повторите через несколько секунд.
fault-500-title = У нас произошёл сбой
fault-500 = Ничего не потеряно. Повторите позже; если напишете нам, укажите номер запроса.
